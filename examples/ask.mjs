// Asks the server questions and prints the answers with their sources. Node 20 or newer, no packages.
//
//   node examples/ask.mjs "wat is participatiemarketing?" "En hoe begin je daaraan?"
//   node examples/ask.mjs --server=https://example.org/chat "wat is lef?"
//
// Each question after the first is asked as a follow-up of those before it.

const PATIENCE = 3; // times that a server which is busy is asked again

/**
 * @typedef {{ number: number, source: string, title: string, heading: string,
 *             start: number, end: number, quote: string }} Citation
 * @typedef {{ text: string, frame: string, refused: boolean, citations: Citation[] }} Answer
 */

const stop = (line) => {
  console.error(line);
  process.exit(1);
};

/** What the server answers to a body; an error ends the program with its code and its sentence. */
const post = async (server, path, body) => {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(server + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    }).catch((problem) => stop(`${server} cannot be reached: ${problem.cause?.message ?? problem.message}`));
    if (response.ok) return response.json();
    const wait = response.headers.get("Retry-After") ?? "";
    if ([429, 503].includes(response.status) && /^\d+$/.test(wait) && attempt < PATIENCE) {
      await new Promise((resolve) => setTimeout(resolve, Number(wait) * 1000));
      continue;
    }
    const found = await response.json().catch(() => null); // null: a proxy's page, say
    stop(found?.code ? `${found.code}: ${found.error}` : `The server answered with status ${response.status}.`);
  }
};

/** Print an answer: what the assistant says, each quote, and the address that opens the essay there. */
const show = (server, /** @type {Answer} */ answer) => {
  console.log(answer.frame);
  for (const { number, source, title, heading, start, end, quote } of answer.citations) {
    const place = [title, heading].filter(Boolean).join(" › ");
    console.log(`\n[${number}] ${quote}\n    ${place}`);
    console.log(`    ${server}/#bron/${encodeURIComponent(source)}/${start}/${end}`);
  }
};

const given = process.argv.slice(2);
const named = given.find((argument) => argument.startsWith("--server="));
const questions = given.filter((argument) => argument !== named);
const server = (named?.slice("--server=".length) ?? "http://127.0.0.1:7860").replace(/\/+$/, "");
if (!questions.length) stop("usage: node examples/ask.mjs [--server=URL] QUESTION ...");

const history = [];
for (const question of questions) {
  const answer = await post(server, "/api/ask", { question, history: history.slice(-50) });
  console.log(`> ${question}`);
  show(server, answer);
  console.log();
  history.push({ question, answer: answer.text });
}

"""Every error that a user can cause, each with one clear line for the person who reads it.

AssistantError                  catch this one to catch them all
├── SettingsError               a setting that cannot be used
├── QuestionError               an empty or far too long question
├── CorpusError                 a corpus folder, a file in it or corpus.toml that cannot be read
│   └── UnreadableError         one file of it, which is left out while the others are read
├── EssayIndexError             an index that cannot be used
│   ├── IndexMissingError       there is none in that folder
│   ├── IndexDamagedError       files are missing, half-written or changed
│   └── IndexMismatchError      made by another model, format or stemmer
├── IndexWriteError             no room or no permission to write the index
├── ModelError                  a model that cannot be loaded
├── FeedbackError               a feedback file that cannot be used
└── ServerError                 an address that cannot be served

A message says what came, what was expected and what to do next. At the edges (command line, server)
these errors become one line; any other exception is a bug and keeps its traceback.
"""

from __future__ import annotations


class AssistantError(Exception):
    """The base of every error that a user can cause."""


class SettingsError(AssistantError):
    """A setting that cannot be used."""


class QuestionError(AssistantError):
    """A question that cannot be searched for: empty, or longer than the limit."""


class CorpusError(AssistantError):
    """A corpus folder, a file in it or its corpus.toml that cannot be read."""


class UnreadableError(CorpusError):
    """One file that cannot be read; its message is the reason alone, without the file's name."""


class EssayIndexError(AssistantError):
    """An index that cannot be used."""


class IndexMissingError(EssayIndexError):
    """There is no index in the folder."""


class IndexDamagedError(EssayIndexError):
    """Files of the index are missing, half-written or changed since they were written."""


class IndexMismatchError(EssayIndexError):
    """The index was made by another model, format version or stemmer than the ones in use."""


class IndexWriteError(AssistantError):
    """The index could not be written; an older index in its place is still whole."""


class ModelError(AssistantError):
    """An embedding model that cannot be found, unpacked or loaded."""


class FeedbackError(AssistantError):
    """A feedback file that cannot be read or written, or that is something else."""


class ServerError(AssistantError):
    """An address that cannot be served, for example because its port is taken."""

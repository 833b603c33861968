"""An essay with a list, a removed line, headings, a post and a sentence that stands in it twice."""

from __future__ import annotations

MILL = """De molen van het dorp

De eerste molen

De molenaar maalt het graan elke dag opnieuw. Dat doet hij al sinds zijn jeugd met plezier.

Advertentie koop nu meel

Zo blijft de molen van het dorp altijd draaien en malen. De molenaar heeft daarvoor wel drie dingen nodig:

- wind die de wieken laat draaien
- graan van de boeren uit de buurt
- zakken voor het meel van de molen

Maar zonder geduld van de molenaar lukt het nooit.

De tweede molen

Dit is de molen van de overkant, die water uit de polder pompt. De molenaar maalt het graan elke dag opnieuw.

1. De wieken en hun zeilen

Van linnen zijn ze gemaakt, en de wind blaast er hard in.

2. De stenen

Twee zware stenen draaien over elkaar en pletten de korrels.

De laatste post

Hij vertelt kinderen over de molen. Waarom draait de molen nog? Omdat de wind waait en de molenaar dat wil.
"""
MILL_METADATA = """["molen.txt"]
title = "De molen van het dorp"
headings = ["De eerste molen", "De tweede molen"]
posts = ["De laatste post"]
remove = ["Advertentie koop nu meel"]
"""

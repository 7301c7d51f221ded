"""Texts that an adversary, a broken feed or another language might send.

Each is a lead that passes the gate and one piece again and again; one that takes a number differs each time.
"""

LEAD = "rocket launched "
LIMIT = 199_000
WIDE = 118  # just under the length from which a run without a blank is blanked
HOSTILE = {
    # words of the pack
    "triggers": "launched docked ",
    "sentences of triggers": "Soyuz MS-40 lifted off. ",
    "triggers without a stop": "Soyuz MS-40 lifted off on Tuesday and docked ",
    "delays and launches": "delayed launch scrubbed liftoff of rocket, ",
    "one sentence": "the rocket and the capsule that flew to the station with a crew ",
    "plans": "will launch to ",
    "negations": "not ",
    "causes": "because of a failed launch due to ",
    "crews": "astronaut Ada Brook and Bo Dan, ",
    "agencies": "according to Reuters ",
    "names": "Soyuz MS-40 Falcon 9 ",
    "numbered names": lambda n: f"Crew-{n % 999} ",
    "flights": lambda n: f"Soyuz MS-{n % 999} lifted off on May {n % 28 + 1}. ",
    "open names": lambda n: f"The Nyx{n} capsule launched. ",
    "rockets": lambda n: (
        f"The Q{n} rocket{' lifted off on Monday' if n < 70 else ' is in a far country now'}. "
    ),
    "many open names": lambda n: f"Nyx{n} capsule launched ",
    "rivals": lambda n: (
        "A Falcon 9 launched. "
        if n < 1100
        else f"The Falcon 9 rocket {'Atlas V Yaogan-45 ' * 35 if n < 1125 else ''}is in a far country now. "
    ),
    "strange numbers": lambda n: f"missile Xabc{chr(224 + n % 20)}d-{n % 9999} ",
    "hyphenated names": "A-B-C-D capsule ",
    "series": "Zond ",
    "capitals": "Rocket Aa Bb Cc Dd Ee ",
    "upper case": "ROCKET LAUNCHED ",
    # numbers and times
    "numbers": "1 22 333 4444 55,555 6.66 ",
    "digits": "1",
    "dates": "rocket launched on June 8, 2026 at 0855 GMT ",
    "short dates": "2026-06-08 ",
    "weekdays": "launched Monday Monday Monday ",
    "days and clocks": "launched 3:00 Monday May 30 3:00 UTC ",
    "names and weekdays": "Starlink 5 launched Monday ",
    "delays with dates": "delayed launch from May 30 to June 3 at 3:00 UTC ",
    "strange digits": "plans ² and ① Falcon 9 launches, ",
    "clocks": "12:30 ",
    # without blanks, or nearly
    "no spaces": "launch",
    "dotted": "launch.",
    "hyphenated": "launch-",
    "long words": "a" * WIDE + " ",
    "long addresses": "a." * (WIDE // 2) + " ",
    "long colons": "a:" * (WIDE // 2) + " ",
    "long mixtures": "(a-b/c.d,e'f)" * 9 + " ",
    "long units": "9km" * 39 + " ",
    "novel words": lambda n: f"launched{n} ",
    # signs
    "brackets": "(",
    "closing brackets": ") ",
    "quotes": '"',
    "quotes apart": '" ',
    "open quotations": "“Aaaa bbbb ",
    "long quotes": "'" * WIDE + " ",
    "full stops": ". ",
    "run of stops": ".",
    "ellipses": "... ",
    "commas": " ,",
    "semicolons": "; ",
    "dashes": "— ",
    "abbreviations": "Dr. Mr. U.S. No. Lt. Col. ",
    "initials": "A. ",
    "emoticons": ":) ",
    "markup": "<b>rocket</b> launched &amp; ",
    # white space
    "blanks": " ",
    "newlines": "\n",
    "lines": "launch\n",
    "paragraphs": "rocket launched\n\n",
    "carriage returns": "\r\n",
    "tabs": "\t",
    "line separators": "\u2028",
    # scripts, and what is not seen
    "zero width": "\u200blaunch\u200b",
    "bidi": "rocket \u202elaunched ",
    "right to left": "صاروخ أطلق الصاروخ ",
    "cjk": "火箭发射",
    "emoji": "🚀",
    "emoji apart": "🚀 ",
    "joined emoji": "👩\u200d🚀 ",
    "combining marks": "e\u0301",
    "heap of marks": "a" + "\u0301" * 300,
    "case without a pair": "İ ß ẞ ",
    "mojibake": "Ã©Â€â€™ rocket â€œlaunchedâ€\x9d ",
    "nul": "rocket\x00launched ",
    "controls": "\x01\x02\x1b ",
}


def hostile(kind, size=LIMIT):
    """Return the hostile text of one kind, of `size` characters."""
    piece = HOSTILE[kind]
    if isinstance(piece, str):
        text = piece * (size // len(piece) + 1)
    else:
        text = "".join(piece(n) for n in range(size // len(piece(0)) + 1))
    return (LEAD + text)[:size]

# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What the clients will ask for: operations drawn from a seed, the same ones for the same seed."""

import json
from dataclasses import dataclass, field

from canaries import CANARIES
from forms import LONG_STALL, SHORT_STALL

OLD_VERSION, VERSION, RESPONSES_VERSION = "2024-06-01", "2024-10-21", "2025-04-01-preview"
PHASES = ("before_head", "after_head", "mid_body", "before_usage", "before_end")
WORDS = "the sky über Stockholm was 蓝色 and 🙂 nobody counted its tokens twice".split()
KINDS = {"chat": 40, "completion": 12, "embedding": 12, "response": 16, "background": 12, "read": 6, "cancel": 2}


@dataclass(frozen=True)
class Caller:
    name: str                 # of the configuration's client
    proof: str                # key | token | header
    cancels: bool = False     # on_client_abort: cancel


CALLERS = (Caller("retail", "key"), Caller("science", "token"), Caller("legacy", "header"),
           Caller("hasty", "key", cancels=True), Caller("impatient", "header", cancels=True))


@dataclass(frozen=True)
class Departure:
    """Where a client hangs up: after this share of its request, or this many bytes of its answer."""
    of_request: float | None = None
    after_bytes: int | None = None
    resets: bool = False


@dataclass(frozen=True)
class Planned:
    id: str
    kind: str
    caller: Caller
    path: str                 # of reads and cancels: with {id}
    method: str = "POST"
    body: bytes = b""
    fields: tuple = ()
    tells: bool = True
    times_out: bool = False
    takes: float = 0.0        # at most, at the backend, in seconds
    departure: Departure | None = None
    piece: int = 0            # bytes per write of the request; 0: all at once
    pause: float = 0.0        # before it
    keeps: bool = True        # its connection is used again
    pick: float = 0.0         # which of the known responses a read is about: a share of their list

    @property
    def asked(self):
        """For whoever looks into it: what it was, and how the simulator was to answer."""
        wish = next((line for line in self.fields if line.startswith("x-sim:")), "")
        return f"{self.method} {self.path} as {self.caller.name} {wish}".strip()


@dataclass
class Wish:
    """How the simulator is to answer this one, in the x-sim field's terms."""
    behaviour: dict = field(default_factory=dict)
    tells: bool = True
    times_out: bool = False


def breaks(rng, stream):
    return Wish({rng.choice(("reset_at", "close_at")): rng.choice(PHASES)})


def stalls(rng, stream):
    if rng.random() < 0.06:
        return Wish({"stall_at": rng.choice(PHASES), "stall_ms": LONG_STALL * 1000}, times_out=True)
    return Wish({"stall_at": rng.choice(PHASES), "stall_ms": rng.randrange(50, int(SHORT_STALL * 1000))})


def drips(rng, stream):
    return Wish({"write_bytes": rng.choice((1, 2, 7)), "chunks": 2, "no_first_chunk": True})


def refuses(rng, stream):
    if rng.random() < 0.3:
        return Wish({"error": "content_filter"})
    return Wish({"status": rng.choice((429, 429, 500, 503, 400, 404)), "headers": {"retry-after-ms": str(rng.randrange(2, 40))}})


def fails_inside(rng, stream):
    if stream:
        return Wish({"error_event": rng.choice(("chat", "flat", "nested", "named"))})
    return Wish({"delay_ms": rng.randrange(20, 400)})


def hides_usage(rng, stream):
    return Wish({rng.choice(("no_usage", "usage_null")): True}, tells=False)


def dresses_up(rng, stream):
    """Unusual, and right."""
    return Wish(rng.choice((
        {"usage_every_chunk": True}, {"usage_twice": True}, {"usage_null_last": True}, {"usage_extra": True},
        {"usage_first": True}, {"nested_usage": True}, {"tool_calls": True}, {"no_done": True},
        {"line_end": "crlf"}, {"line_end": "mixed"}, {"multi_line_data": True}, {"comments": True},
        {"join_events": True}, {"coding": "gzip"}, {"close_delimited": True}, {"chunked": True},
        {"keep_alive_close": True}, {"informational": 2}, {"annotations_after_finish": True},
        {"big_event_bytes": 70_000}, {"created_bytes": 40_000}, {"usage_details": "null"})))


WISHES = ((breaks, 16), (stalls, 10), (drips, 4), (refuses, 8), (fails_inside, 5), (hides_usage, 4),
          (dresses_up, 18), (None, 35))


def pick(rng, weighted):
    things, weights = zip(*weighted)
    return rng.choices(things, weights)[0]


def make_wish(rng, stream):
    maker = pick(rng, WISHES)
    wish = maker(rng, stream) if maker else Wish()
    if stream and "chunk_delay_ms" not in wish.behaviour and rng.random() < 0.6:
        wish.behaviour.setdefault("chunk_delay_ms", rng.choice((5, 20, 60)))
        wish.behaviour.setdefault("chunks", rng.randrange(2, 20))
    return wish


MARGIN = 5.0                  # for a busy machine, and for the faults that the storm adds


def longest(wish):
    """Seconds that the backend may be busy with an answer to this wish."""
    b = wish.behaviour
    events = b.get("chunks", 24) + 12
    paced = b.get("stall_ms", 0) + b.get("delay_ms", 0) + b.get("work_ms", 0) + b.get("chunk_delay_ms", 0) * events
    return paced / 1000 + MARGIN


def text(rng):
    """Every third has a canary somewhere."""
    words = rng.choices(WORDS, k=rng.choice((3, 12, 60, 60, 900)))
    if rng.random() < 0.33:
        words.insert(rng.randrange(len(words) + 1), rng.choice(tuple(CANARIES.values())))
    return " ".join(words)


def bytes_of(rng, body):
    """A body as JSON, its e-mail addresses escaped or not."""
    out = json.dumps(body, ensure_ascii=False)
    return (out.replace("@", "\\u0040") if rng.random() < 0.5 else out).encode()


def token_fields(rng, kind):
    counts = {"prompt": rng.randrange(1, 4000), "completion": rng.randrange(2, 24)}
    if kind != "embedding" and rng.random() < 0.5:
        counts["cached"] = rng.randrange(0, counts["prompt"] + 1)
        counts["reasoning"] = rng.randrange(0, counts["completion"] + 1)
    return tuple(f"x-sim-{name}-tokens: {count}" for name, count in counts.items())


def departure(rng, stream):
    if rng.random() > 0.22:
        return None
    resets = rng.random() < 0.5
    if rng.random() < 0.15:
        return Departure(of_request=rng.random(), resets=resets)
    # 0: as soon as the request is sent. Streams are several kilobytes long, whole answers about
    # one.
    return Departure(after_bytes=rng.choice((0, 1, rng.randrange(2000), rng.randrange(12_000))), resets=resets)


def address(rng, kind, model, body):
    """A path of one of the two families, and the body that goes with it; whether the version tells usage."""
    name = {"chat": "chat/completions", "completion": "completions", "embedding": "embeddings"}.get(kind)
    if name is None:
        body["model"] = model
        v1 = rng.random() < 0.5
        return "/openai/v1/responses" if v1 else f"/openai/responses?api-version={RESPONSES_VERSION}", True
    if rng.random() < 0.35:
        body["model"] = model
        return f"/openai/v1/{name}", True
    old = body.get("stream") and "stream_options" not in body and rng.random() < 0.15
    version = OLD_VERSION if old else VERSION
    return f"/openai/deployments/{model}/{name}?api-version={version}", not old


MODELS = {"chat": ("gpt-4o", "gpt-4.1-mini"), "completion": ("gpt-35-turbo-instruct",),
          "embedding": ("text-embedding-3-small",), "response": ("team-gpt51",), "background": ("team-gpt51",)}


def make_body(rng, kind):
    if kind == "embedding":
        return {"input": text(rng), "encoding_format": "base64"}
    stream = rng.random() < 0.6
    if kind in ("response", "background"):
        body = {"input": text(rng), "stream": stream}
        if kind == "background":
            body["background"] = True
        elif rng.random() < 0.4:
            body["store"] = False
        return body
    body = {"messages": [{"role": "user", "content": text(rng)}]} if kind == "chat" else {"prompt": text(rng)}
    if stream:
        body["stream"] = True
        if rng.random() < 0.5:
            body["stream_options"] = {"include_usage": rng.random() < 0.8}
    return body


def make_operation(rng, name):
    """One operation. `name` is its x-ms-client-request-id."""
    kind, caller = pick(rng, KINDS.items()), rng.choice(CALLERS)
    if kind in ("read", "cancel"):
        path = "/openai/v1/responses/{id}" + ("/cancel" if kind == "cancel" else "")
        return Planned(name, kind, caller, path, method="GET" if kind == "read" else "POST",
                       takes=MARGIN, pause=rng.random(), pick=rng.random())
    body = make_body(rng, kind)
    stream = bool(body.get("stream"))
    path, told = address(rng, kind, rng.choice(MODELS[kind]), body)
    wish = make_wish(rng, stream)
    if kind == "background" and not wish.tells:
        wish = Wish()             # who follows it up has nothing but its usage to go by
    fields = token_fields(rng, kind)
    if kind == "background":
        wish.behaviour.setdefault("work_ms", rng.randrange(30, 1500))
    # Without a wish of its own an operation takes the faults that the storm has switched on for
    # all.
    if wish.behaviour:
        fields += ("x-sim: " + json.dumps(wish.behaviour),)
    return Planned(name, kind, caller, path, body=bytes_of(rng, body), fields=fields,
                   tells=told and wish.tells, times_out=wish.times_out, takes=longest(wish),
                   departure=departure(rng, stream),
                   piece=rng.choice((0, 0, 0, 0, 0, 0, 700, 1) if len(body) < 300 else (0,)),
                   pause=rng.random() * 0.8, keeps=rng.random() < 0.7)

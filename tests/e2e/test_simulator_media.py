# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""azure-simulator's images and audio by themselves, on both URL families, and what its bill says of them."""

import pytest

import direct

CLIENTS = {"azure": direct.azure, "v1": direct.v1}
SOUND = ("sound.wav", b"RIFF" * 500)


@pytest.fixture(params=CLIENTS)
def client(request, simulator):
    simulator.reset()
    return CLIENTS[request.param](simulator)


def counts(entry):
    return entry["prompt_tokens"], entry["completion_tokens"], entry["total_tokens"]


def counts_of(usage):
    return usage.input_tokens, usage.output_tokens, usage.total_tokens


def test_images_are_made_and_edited(client, simulator):
    made = direct.proven(client.images.generate(model="gpt-image-1", prompt="sky", n=2))
    edited = direct.proven(client.images.edit(model="gpt-image-1", prompt="bluer", image=("a.png", b"\x89PNG")))
    events = direct.all_proven(list(client.images.generate(model="gpt-image-1", prompt="sky", stream=True,
                                                           partial_images=2)))
    assert len(made.data) == 2 and edited.usage.input_tokens_details.image_tokens > 0
    assert [e.type for e in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    entries = simulator.bill()
    assert [counts(e) for e in entries] == [counts_of(u) for u in (made.usage, edited.usage, events[-1].usage)]
    assert all(e["kind"] == "tokens" and e["charged"] and e["usage_sent"] for e in entries)


def test_the_older_models_are_charged_by_other_things_than_tokens(client, simulator):
    picture = direct.proven(client.images.generate(model="dall-e-3", prompt="sky", n=1))
    heard = direct.proven(client.audio.transcriptions.create(model="whisper", file=SOUND))
    assert picture.usage is None and (heard.usage.type, heard.usage.seconds) == ("duration", 1)
    entries = simulator.bill()
    assert [(e["kind"], e["quantity"], e["charged"]) for e in entries] == [("images", 1, True), ("seconds", 1, True)]
    assert [e["total_tokens"] for e in entries] == [0, 0]


def test_speech_is_heard_and_spoken(client, simulator):
    heard = direct.proven(client.audio.transcriptions.create(model="gpt-4o-transcribe", file=SOUND))
    events = direct.all_proven(list(client.audio.transcriptions.create(model="gpt-4o-transcribe", file=SOUND,
                                                                       stream=True)))
    assert heard.usage.type == "tokens" and heard.usage.input_token_details.audio_tokens > 0
    assert events[-1].type == "transcript.text.done" and events[-1].text == heard.text
    translated = direct.proven(client.audio.translations.create(model="whisper", file=SOUND))
    assert translated.text == heard.text
    sound = client.audio.speech.create(model="gpt-4o-mini-tts", input="hi", voice="alloy").read()
    assert len(sound) == 4096 and sound.startswith(b"\xff\xfb")
    entries = simulator.bill()
    assert [counts(e) for e in entries[:2]] == [counts_of(heard.usage), counts_of(events[-1].usage)]
    assert [(e["charged"], e["usage_sent"]) for e in entries] == [(True, True)] * 2 + [(True, False)] * 2

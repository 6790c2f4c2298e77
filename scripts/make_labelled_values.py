#!/usr/bin/env python3
# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""Writes tests/unit/redaction/labelled/made.tsv: values of every built-in rule in sentences, and near misses.

The check digits are computed here anew, not by the code under test. The seed is fixed: the same file every time.
A line is RULE, `value` or `near_miss`, the value, the text; of secrets that the gateway itself is given there is a line
`given` with the value first; tabs and the like in a text stand as JSON escapes.
Beside it hard.tsv is written by hand."""

import base64
import json
import random
import string
import urllib.parse
from pathlib import Path

OUT = Path(__file__).parents[1] / "tests/unit/redaction/labelled/made.tsv"
VALUES, NEAR_MISSES = 30, 15
pick = random.Random(20261129)
DIGITS, UPPER = string.digits, string.ascii_uppercase
ALNUM = string.ascii_letters + DIGITS

SENTENCES = ["{}", "please check {} for me", "It is {}.", "({})", "\"{}\"", "Bitte prüfen Sie {}, danke.",
             "value={}", "a, {}, b", "Er schrieb: {}!", "请看 {} 谢谢", "| {} | 12 |", "see\n{}\nbelow"]


def some(letters, count):
    return "".join(pick.choice(letters) for _ in range(count))


def generated(letters, count):
    """Random characters, with a capital, a small letter and a digit where the letters have them."""
    while True:
        out = some(letters, count)
        if all(set(out) & set(kind) for kind in (DIGITS, UPPER, string.ascii_lowercase) if set(kind) & set(letters)):
            return out


def luhn_digit(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        double = int(digit) * (2 if place % 2 == 0 else 1)
        total += sum(divmod(double, 10))
    return str(-total % 10)


def broken(value):
    """The value with one of its digits raised by one: every check digit system notices that."""
    places = [i for i, c in enumerate(value) if c.isdigit()]
    at = pick.choice(places[-4:-1])
    return value[:at] + str((int(value[at]) + 1) % 10) + value[at + 1:]


def grouped(value, sizes, separator):
    out, at = [], 0
    for size in sizes:
        out.append(value[at:at + size])
        at += size
    return separator.join(part for part in out + [value[at:]] if part)


def card():
    prefix, length = pick.choice([("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("36", 14),
                                  ("6011", 16), ("3528", 16), ("62", 16), ("4", 13), ("62", 19), ("6304", 18)])
    body = prefix + some(DIGITS, length - len(prefix) - 1)
    value = body + luhn_digit(body)
    return pick.choice([value, grouped(value, [4, 4, 4, 4], " "), grouped(value, [4, 4, 4, 4], "-")])


def mod97(text):
    return int("".join(str(int(c, 36)) for c in text)) % 97


IBAN = {"DE": (18, DIGITS), "FR": (23, DIGITS), "GB": (18, None), "NL": (14, None), "NO": (11, DIGITS), "ES": (20, DIGITS),
        "IT": (23, "X"), "PL": (24, DIGITS), "CH": (17, DIGITS), "MT": (27, None), "BE": (12, DIGITS), "AT": (16, DIGITS)}


def iban():
    country = pick.choice(sorted(IBAN))
    length, kind = IBAN[country]
    body = some(DIGITS, length) if kind == DIGITS else some(UPPER, 4) + some(DIGITS, length - 4)
    check = 98 - mod97(body + country + "00")
    value = f"{country}{check:02}{body}"
    return pick.choice([value, grouped(value, [4] * 8, " "), value.lower()])


def email():
    local = pick.choice(["jane.doe", "o'neil", "a_b+tag", "x", "müller", "иван", "first.last99", "K-9"])
    domain = pick.choice(["example.com", "mail.example.co.uk", "bücher.example", "xn--bcher-kva.example", "例え.テスト", "x-y.io"])
    return f"{local}@{domain}"


def phone():
    country = pick.choice(["+1", "+44", "+49", "+33", "+46", "+91", "+81", "+61"])
    return pick.choice([country + some("123456789", 1) + some(DIGITS, 8),
                        f"{country} {some('123456789', 2)} {some(DIGITS, 4)} {some(DIGITS, 4)}",
                        f"{country} ({some('123456789', 3)}) {some(DIGITS, 3)}-{some(DIGITS, 4)}",
                        f"({some('23456789', 3)}) {some('23456789', 3)}-{some(DIGITS, 4)}",
                        f"{country}-{some('123456789', 3)}-{some(DIGITS, 3)}-{some(DIGITS, 3)}"])


def ip_address():
    v4 = ".".join(str(pick.randint(1, 126) if i == 0 else pick.randint(0, 255)) for i in range(4))
    v6 = pick.choice(["2001:db8::" + f"{pick.randint(1, 65535):x}", "fe80::1" + some(DIGITS, 2),
                      ":".join(f"{pick.randint(0, 65535):x}" for _ in range(8))])
    return pick.choice([v4, v6])


def date(form):
    return form.format(y=pick.randint(0, 99), m=pick.randint(1, 12), d=pick.randint(1, 28))


def us_ssn():
    return f"{pick.choice([pick.randint(1, 665), pick.randint(667, 899)]):03}-{pick.randint(1, 99):02}-{pick.randint(1, 9999):04}"


def uk_nino():
    while True:
        prefix = pick.choice("ABCEGHJKLMNOPRSTWXYZ") + pick.choice("ABCEGHJKLMNPRSTWXYZ")
        if prefix not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"):
            break
    digits = some(DIGITS, 6)
    return pick.choice(["{}{}{}", "{} {} {}"]).format(prefix, digits if pick.random() < .5 else grouped(digits, [2, 2], " "), pick.choice("ABCD"))


def uk_nhs():
    while True:
        body = some(DIGITS, 9)
        check = 11 - sum(int(d) * w for d, w in zip(body, range(10, 1, -1))) % 11
        if check != 10:
            return grouped(body + str(check % 11), [3, 3], " ")


def mod_11_10(body):
    product = 10
    for digit in body:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def de_tax_id():
    digits = pick.sample(DIGITS, 9)
    digits.insert(pick.randint(0, 9), pick.choice(digits))
    body = "".join(digits)
    if body[0] == "0":
        return de_tax_id()
    value = body + mod_11_10(body)
    return pick.choice([value, grouped(value, [2, 3, 3], " ")])


def de_vat():
    body = some("123456789", 1) + some(DIGITS, 7)
    return "DE" + pick.choice(["", " "]) + body + mod_11_10(body)


def fr_nir():
    body = some("12", 1) + date("{y:02}{m:02}") + pick.choice(["75", "13", "2A", "2B", "69"]) + some(DIGITS, 6)
    key = 97 - int(body.replace("2A", "19").replace("2B", "18")) % 97
    value = f"{body}{key:02}"
    return pick.choice([value, grouped(value, [1, 2, 2, 2, 3, 3], " ")])


def es_nif():
    number = pick.randint(0, 99999999) if pick.random() < .5 else pick.randint(0, 29999999)
    letter = "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]
    if number < 30000000 and pick.random() < .5:
        text = f"{number:08}"
        return "XYZ"[int(text[0])] + pick.choice(["", "-"]) + text[1:] + letter
    return f"{number:08}" + pick.choice(["", "-"]) + letter


def it_codice_fiscale():
    odd = dict(zip(DIGITS + UPPER, [1, 0, 5, 7, 9, 13, 15, 17, 19, 21] + [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20,
                                                                        11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]))
    day = pick.randint(1, 28) + pick.choice([0, 40])
    body = some(UPPER, 6) + some(DIGITS, 2) + pick.choice("ABCDEHLMPRST") + f"{day:02}" + some(UPPER, 1) + some(DIGITS, 3)
    total = sum(odd[c] if i % 2 == 0 else int(c, 36) % 10 if c.isdigit() else ord(c) - 65 for i, c in enumerate(body))
    return body + UPPER[total % 26]


def pl_pesel():
    body = f"{pick.randint(0, 99):02}{pick.randint(1, 12) + pick.choice([0, 20]):02}{pick.randint(1, 28):02}" + some(DIGITS, 4)
    return body + str(-sum(int(d) * w for d, w in zip(body, [1, 3, 7, 9] * 3)) % 10)


def se_personnummer():
    body = date("{y:02}{m:02}{d:02}") + some(DIGITS, 3)
    value = body + luhn_digit(body)
    return pick.choice(["", "19"]) + value[:6] + pick.choice("-+") + value[6:]


def in_aadhaar():
    import itertools
    def product(a, b):  # of the dihedral group of order ten
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b - 5) % 5
        return 5 + (a - 5 - b) % 5 if b < 5 else (a - b) % 5
    power = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        power.append([power[-1][power[1][i]] for i in range(10)])
    body = some("23456789", 1) + some(DIGITS, 10)
    check = 0
    for place, digit in zip(itertools.count(1), reversed(body)):
        check = product(check, power[place % 8][int(digit)])
    last = next(d for d in range(10) if product(check, d) == 0)
    return grouped(body + str(last), [4, 4], pick.choice(" -"))


def in_pan():
    return some(UPPER, 3) + pick.choice("ABCFGHJLPT") + some(UPPER, 1) + some(DIGITS, 4) + some(UPPER, 1)


def kr_rrn():
    body = date("{y:02}{m:02}{d:02}") + some("12345678", 1) + some(DIGITS, 5)
    check = (11 - sum(int(d) * w for d, w in zip(body, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])) % 11) % 10
    return body[:6] + "-" + body[6:] + str(check)


def searched(make, weights, modulus, adjust=0):
    while True:
        value = make()
        if (sum(int(d) * w for d, w in zip(value, weights)) - adjust) % modulus == 0:
            return value


def au_abn():
    value = searched(lambda: some("123456789", 1) + some(DIGITS, 10), [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19], 89, 10)
    return pick.choice([value, grouped(value, [2, 3, 3], " ")])


def au_medicare():
    body = some("23456", 1) + some(DIGITS, 7)
    check = sum(int(d) * w for d, w in zip(body, [1, 3, 7, 9] * 2)) % 10
    return grouped(body + str(check) + some("123456789", 1), [4, 5], " ")


def au_tfn():
    value = searched(lambda: some(DIGITS, 9), [1, 4, 3, 7, 5, 8, 6, 9, 10], 11)
    return pick.choice([value, grouped(value, [3, 3], " ")])


def pem():
    kind = pick.choice(["RSA ", "EC ", "", "OPENSSH ", "ENCRYPTED "])
    lines = "\n".join(generated(ALNUM + "+/", 64) for _ in range(pick.randint(1, 20)))
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{lines}\n-----END {kind}PRIVATE KEY-----"


def jwt():
    return "eyJ" + generated(ALNUM, 30) + ".eyJ" + generated(ALNUM + "-_", 80) + "." + generated(ALNUM + "-_", 43)


# Rule: what makes a value; what may stand before it, so that it is one; what makes near misses.
SECRETS = {
    "private_key": (pem, [""], lambda: "-----BEGIN " + pick.choice(["CERTIFICATE", "PUBLIC KEY"]) + "-----\nMIIB"),
    "jwt": (jwt, ["", "token ", "id_token="], lambda: "eyJ" + generated(ALNUM, 20)),
    "account_key": (lambda: generated(ALNUM + "+/", 86) + "==", ["AccountName=x;AccountKey=", "SharedAccessKey="],
                    lambda: "AccountName=contoso" + some(DIGITS, 3) + ";AccountKey=<here>"),
    "sas_signature": (lambda: generated(ALNUM, 40) + "%3D", ["https://x.blob.core.windows.net/c?sv=2024&sig=", "&sig="],
                      lambda: "https://x.example/?design=" + generated(ALNUM, 30)),
    "openai_key": (lambda: "sk-" + pick.choice(["", "proj-", "svcacct-", "ant-api03-"]) + generated(ALNUM + "_-", 48), ["", "key ", "OPENAI_API_KEY="],
                   lambda: pick.choice(["sk-learn-estimator-checks-for-all", "risk-assessment-of-the-whole-" + some(string.ascii_lowercase, 9), "sk-" + some(ALNUM, 12)])),
    "azure_key": (lambda: pick.choice([generated("0123456789abcdef", 32), generated(ALNUM, 84),
                                       generated(ALNUM, 52) + "JQQJ9" + generated(ALNUM, 27)]), ["api-key: ", "AZURE_OPENAI_KEY=", "the key is ", "Ocp-Apim-Subscription-Key: "],
                  lambda: pick.choice(["md5 " + some("0123456789abcdef", 32), "commit " + some("0123456789abcdef", 40), "sum " + some(ALNUM, 83)])),
    "entra_client_secret": (lambda: generated(ALNUM, 3) + "8Q~" + generated(ALNUM + "~._-", 33) + "x", [""], lambda: "Q~" + some(ALNUM, 20)),
    "aws_key": (lambda: "AKIA" + some(UPPER + "234567", 16), ["", "aws_access_key_id = "], lambda: "AKIA" + some(UPPER, 8)),
    "github_token": (lambda: pick.choice(["ghp_", "gho_", "ghs_"]) + generated(ALNUM, 36), ["", "token="], lambda: "ghp_" + some(ALNUM, 20)),
    "gitlab_token": (lambda: "glpat-" + generated(ALNUM + "_-", 20), ["", "CI_TOKEN "], lambda: "glpat-" + some(ALNUM, 8)),
    "slack_token": (lambda: pick.choice(["xoxb-", "xoxp-"]) + some(DIGITS, 12) + "-" + generated(ALNUM, 24), [""], lambda: "xoxb-short"),
    "google_key": (lambda: "AIza" + generated(ALNUM + "_-", 34) + "x", ["", "?key="], lambda: "AIza" + some(ALNUM, 12)),
    "stripe_key": (lambda: pick.choice(["sk_live_", "rk_test_"]) + generated(ALNUM, 24), [""], lambda: "sk_live_" + some(ALNUM, 6)),
    "tollgate_key": (lambda: "tollgate_" + generated(ALNUM + "_-", 42) + "x", [""], lambda: "tollgate_" + some(string.ascii_lowercase, 12)),
    "authorization": (lambda: generated(ALNUM, 28), ["Authorization: Bearer ", "authorization: Basic ", '"authorization": "'],
                      lambda: pick.choice(["authorization: none", "Authorization is required for page " + some(DIGITS, 2), "bearer of bad news " + some(DIGITS, 3)])),
    "url_password": (lambda: generated(ALNUM, 12), ["postgres://app:", "https://me:"], lambda: "https://example.com:8443/path/" + some(ALNUM, 6)),
    "connection_password": (lambda: generated(ALNUM + "!_", 14), ["Server=tcp:x;User=y;Password=", "Data Source=z;pwd="],
                            lambda: "the password = secret, he said " + some(DIGITS, 2)),
    "assigned_secret": (lambda: generated(ALNUM, 24), ["client_secret=", "api_key: ", "ACCESS_TOKEN="], lambda: pick.choice(["api_key: ${API_KEY_2}", "password: required field", "client_secret=<your secret 1>"])),
}
PERSONAL = {
    "payment_card": (card, ["", "card ", "VISA "], lambda: broken(card())),
    "iban": (iban, ["", "IBAN "], lambda: broken(iban())),
    "email": (email, ["", "mail "], lambda: pick.choice(["@" + some(string.ascii_lowercase, 6), "user@", "a @ b", "x@y", "npm i pkg@1.2." + some(DIGITS, 1), "@media screen"])),
    "phone": (phone, ["", "call me: "], lambda: pick.choice(["+" + some("123456789", 3), "order " + some("123456789", 8), "2024-11-" + some("12", 1) + "9", "1+" + some("123456789", 3)])),
    "ip_address": (ip_address, ["", "from ", "ip:"], lambda: pick.choice(["127.0.0.1", "255.255.255.0", "version 1.2." + some(DIGITS, 1), "1.2.3.4.5", "300.1.2." + some("123456789", 1), "std::vector", "12:34:56", "0.0.0.0", "::1"])),
    "us_ssn": (us_ssn, ["", "SSN "], lambda: pick.choice(["000-12-", "666-45-", "950-11-"]) + some("123456789", 4)),
    "uk_nino": (uk_nino, ["", "NINO "], lambda: pick.choice(["BG", "QQ", "ZZ", "DA"]) + some(DIGITS, 6) + "A"),
    "uk_nhs": (uk_nhs, ["", "NHS number "], lambda: broken(uk_nhs())),
    "de_vat": (de_vat, ["", "USt-IdNr. "], lambda: broken(de_vat())),
    "de_tax_id": (de_tax_id, ["", "Steuer-ID "], lambda: broken(de_tax_id())),
    "fr_nir": (fr_nir, ["", "NIR "], lambda: broken(fr_nir())),
    "es_nif": (es_nif, ["", "NIF "], lambda: broken(es_nif())),
    "it_codice_fiscale": (it_codice_fiscale, ["", "CF "], lambda: broken(it_codice_fiscale())),
    "pl_pesel": (pl_pesel, ["", "PESEL "], lambda: broken(pl_pesel())),
    "se_personnummer": (se_personnummer, ["", "personnummer "], lambda: broken(se_personnummer())),
    "in_aadhaar": (in_aadhaar, ["", "Aadhaar "], lambda: broken(in_aadhaar())),
    "in_pan": (in_pan, ["", "PAN "], lambda: some(UPPER, 3) + pick.choice("DEIKQZ") + some(UPPER, 1) + some(DIGITS, 4) + some(UPPER, 1)),
    "kr_rrn": (kr_rrn, ["", "RRN "], lambda: some(DIGITS, 2) + "1390-" + some(DIGITS, 7)),
    "au_abn": (au_abn, ["", "ABN "], lambda: broken(au_abn())),
    "au_medicare": (au_medicare, ["", "Medicare "], lambda: broken(au_medicare()[:-2]) + " 1"),
    "au_tfn": (au_tfn, ["TFN "], lambda: some(DIGITS, 9)),
}
# What a gateway may be given as its own secrets: of no form that another rule knows.
GIVEN = ["blue-harbour-mornings", "Gr\u00fc\u00dfe an die Gro\u00dfmutter!", "correct horse battery staple", "zq.Vx_41~kd", "Z\u00e4hlerstand 4711 (K\u00fcche)"]
CODINGS = [str, lambda text: base64.b64encode(text.encode()).decode(), lambda text: text.encode().hex(),
           lambda text: urllib.parse.quote(text, safe=""), lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
           lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")]


def near_secret():
    """A given secret that lacks a character, or has another in its place, plain or coded."""
    value = pick.choice(GIVEN)
    at = pick.randrange(1, len(value) - 1)
    return pick.choice(CODINGS[:4])(value[:at] + pick.choice(["", "7"]) + value[at + 1:])


AFTER = {"url_password": "@db.example/x"}


def line(rule, kind, value, text):
    return "\t".join([rule, kind, json.dumps(value, ensure_ascii=False)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]])


def lines():
    for rule, (make, before, miss) in {**SECRETS, **PERSONAL}.items():
        for number in range(VALUES):
            value = make()
            text = before[number % len(before)] + value + AFTER.get(rule, "")
            yield line(rule, "value", value, SENTENCES[number % len(SENTENCES)].format(text))
        for number in range(NEAR_MISSES):
            yield line(rule, "near_miss", "", SENTENCES[number % len(SENTENCES)].format(miss()))
    yield from lines_of_given_secrets()


def lines_of_given_secrets():
    rule = "configured_secret"
    for value in GIVEN:
        yield line(rule, "given", value, "")
    for number in range(VALUES):
        value = CODINGS[number % len(CODINGS)](GIVEN[number // len(CODINGS) % len(GIVEN)])
        yield line(rule, "value", value, SENTENCES[number % len(SENTENCES)].format(value))
    for number in range(NEAR_MISSES + 5):
        yield line(rule, "near_miss", "", SENTENCES[number % len(SENTENCES)].format(near_secret()))


OUT.write_text("".join(f"{one}\n" for one in lines()), encoding="utf-8")

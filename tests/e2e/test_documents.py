# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""What the documents and templates say is what the program does."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

import stack

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# A YAML block that begins with this line is a whole configuration; others are excerpts.
WHOLE = "# tollgate.yaml\n"


def blocks(document, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(), re.M | re.S)


def configurations():
    """Every whole configuration that is shown or shipped, by where it stands."""
    found = {str(path.relative_to(ROOT)): path.read_text()
             for folder in ("config", "docker") for path in sorted((ROOT / folder).glob("*.yaml"))
             if path.name != "compose.yaml"}
    for document in DOCUMENTS:
        for number, block in enumerate(blocks(document, "yaml"), 1):
            if block.startswith(WHOLE):
                found[f"{document.relative_to(ROOT)}, block {number}"] = block
    return found


def with_files_of(folder, text):
    """The text with each file it names, of a secret, a certificate, a key, the ledger, replaced by one that is there."""
    secret, certificate, key = folder / "secret", folder / "cert.pem", folder / "key.pem"
    secret.write_text("dummy")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "2", "-subj", "/CN=shown",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    for private in (secret, key):
        private.chmod(0o600)
    text = re.sub(r"\{file: [^}]+\}", f"{{file: {secret}}}", text)
    text = re.sub(r"\b(private_key: )[^,}\s]+", rf"\g<1>{key}", text)
    text = re.sub(r"\b((?:ca_|client_)?certificates?: )[^,{}\[\]\s]+", rf"\g<1>{certificate}", text)
    return re.sub(r"\b(path: )\S+\.db\b", rf"\g<1>{folder}/ledger.db", text)


def check(text, folder):
    """`tollgate check` of a text, each secret and file it names replaced by one that is there."""
    (folder / "tollgate.yaml").write_text(with_files_of(folder, text))
    dummies = {name: f"dummy {name}" for name in re.findall(r"\benv: (\w+)", text)}
    return subprocess.run([stack.BINARIES / "tollgate", "check", "-c", folder / "tollgate.yaml"], timeout=20,
                          capture_output=True, text=True, env={**os.environ, **dummies})


@pytest.mark.parametrize("where", configurations())
def test_a_shown_configuration_is_accepted(where, tmp_path):
    done = check(configurations()[where], tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_expected_configurations_are_shown():
    assert {"config/tollgate.yaml", "docker/simulated-azure.yaml", "README.md, block 1"} <= configurations().keys()


def test_the_starting_configuration_shows_every_section():
    reference = (ROOT / "docs/configuration.md").read_text()
    sections = re.findall(r"^\| `(\w+)` \|", reference.split("## Top level")[1].split("\n## ")[0], re.M)
    shown = re.findall(r"^(\w+):", (ROOT / "config/tollgate.yaml").read_text(), re.M)
    # A section with two forms (`exporters`, a mapping or a list) has a row for each and is shown
    # once.
    assert sorted(shown) == sorted(set(sections))


def test_the_reference_of_settings_is_what_the_program_prints():
    done = subprocess.run([stack.BINARIES / "tollgate", "reference"], capture_output=True, text=True, timeout=20)
    assert done.stdout == (ROOT / "docs/configuration.md").read_text()


def named_paths(document):
    """What a document names as a path of the repository: a known folder, then something below it."""
    return re.findall(r"`((?:src|include|tests|scripts|docs|deploy|config|bench|cmake|docker)/[\w./-]+)`", document.read_text())


def test_the_files_that_the_recipes_name_are_there():
    named = named_paths(ROOT / "CONTRIBUTING.md")
    assert len(named) > 20
    # NAME stands for what a recipe adds.
    assert [path for path in named if "NAME" not in path and not (ROOT / path).exists()] == []


def test_the_links_between_documents_lead_somewhere():
    broken = [f"{document.relative_to(ROOT)}: {link}"
              for document in [*DOCUMENTS, ROOT / "CONTRIBUTING.md"]
              for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", document.read_text())
              if not (document.parent / link).exists()]
    assert broken == []


def table_rows(document, heading):
    """The rows of the first table below a heading, as lists of cells."""
    section = (ROOT / document).read_text().split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in section.splitlines() if line.startswith("| `")]


def words(document, heading):
    return [row[0].strip("`") for row in table_rows(document, heading)]


def source(path):
    return (ROOT / path).read_text()


def test_every_usage_reason_is_explained():
    in_code = re.findall(r'= "(\w+)";', source("include/tollgate/usage/reasons.hpp"))
    assert sorted(words("docs/usage-records.md", "UsageReason")) == sorted(in_code)


def test_every_guess_of_an_estimate_is_explained():
    in_code = re.findall(r'\{estimate\.\w+, "(\w+)"\}', source("src/tokenizer/prompt_estimate.cpp"))
    assert in_code and words("docs/usage-records.md", "Estimates") == in_code


@pytest.mark.parametrize("heading,enumeration", [("Outcome", "Outcome"), ("UsageBasis", "UsageBasis")])
def test_every_outcome_and_basis_is_explained(heading, enumeration):
    in_code = re.findall(rf'\{{{enumeration}::\w+, "(\w+)"\}}', source("src/usage/usage_record.cpp"))
    assert in_code and sorted(words("docs/usage-records.md", heading)) == sorted(in_code)


def declared_columns():
    return json.loads(source("deploy/table.json"))["properties"]["schema"]["columns"]


def test_every_column_is_explained_with_its_type():
    explained = [{"name": name.strip("`"), "type": type_name}
                 for name, type_name, _ in table_rows("docs/usage-records.md", "Columns")]
    assert explained == declared_columns()


def expositions():
    return "".join(path.read_text() for path in sorted((ROOT / "src/telemetry").glob("*exposition.cpp")))


def test_every_metric_is_explained():
    in_code = re.findall(r'"((?:tollgate|gen_ai)_\w+)"', expositions())
    labels = {"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_response_model",
              "gen_ai_token_type", "tollgate_client", "tollgate_operation"}
    assert sorted(words("docs/operations.md", "Metrics")) == sorted(set(in_code) - labels)


def test_every_log_event_is_explained():
    # The second form is the log's own: a line about lines.
    logged = re.compile(r'(?:log::(?:debug|info|warn|error)|failures_?\.goes_on_after)\(\s*"([\w.]+)"|\\"event\\":\\"([\w.]+)\\"')
    in_code = {event for path in (ROOT / "src").rglob("*.cpp") for found in logged.findall(path.read_text())
               for event in found if event}
    explained = {event.strip(" `") for row in table_rows("docs/operations.md", "Logs") for event in row[0].split(",")}
    assert explained == in_code


def test_the_shown_queries_are_the_shipped_ones():
    shown = {}
    for document in ("docs/queries.md", "docs/audit-queries.md"):
        shown |= dict(zip(re.findall(r"^`deploy/queries/([\w-]+\.kql)`", source(document), re.M),
                          blocks(ROOT / document, "kql"), strict=True))
    assert shown == {path.name: path.read_text() for path in (ROOT / "deploy/queries").glob("*.kql")}


def test_queries_name_only_usage_reasons_that_exist():
    named = {word for path in (ROOT / "deploy/queries").glob("*.kql")
             for group in re.findall(r"UsageReason !in \(([^)]*)\)", path.read_text())
             for word in re.findall(r"'(\w+)'", group)}
    assert named and named <= set(words("docs/usage-records.md", "UsageReason"))


def test_the_queries_leave_out_what_the_reports_call_free():
    free = re.search(r"kFree\{([^}]*)\}", source("include/tollgate/usage/reasons.hpp")).group(1)
    words_of = dict(re.findall(r'(k\w+) = "(\w+)";', source("include/tollgate/usage/reasons.hpp")))
    expected = {words_of[name] for name in re.findall(r"k\w+", free)}
    lists = [set(re.findall(r"'(\w+)'", group)) for path in sorted((ROOT / "deploy/queries").glob("*.kql"))
             for group in re.findall(r"UsageReason !in \(([^)]*)\)", path.read_text())]
    assert len(lists) >= 3 and all(found == expected for found in lists)


def test_a_forecast_needs_as_many_days_in_the_workspace_as_from_the_ledger():
    (fewest,) = re.findall(r"kFewestDays = (\d+);", source("include/tollgate/reports/forecast.hpp"))
    query = source("deploy/queries/cost-forecast.kql")
    assert re.findall(r"^let FewestDays = (\d+);", query, re.M) == [fewest]
    assert re.findall(r"^\| where DaysWithCosts (.*)$", query, re.M) == [">= FewestDays"]
    assert f"at least {fewest} days" in source("docs/operations.md")


def test_the_groups_of_reports_are_explained():
    in_code = re.findall(r'Group\{(?:"(\w+)"|k\w+)', source("src/reports/usage_groups.cpp"))
    section = source("docs/operations.md").split("\n## Reports", 1)[1].split("\n## ", 1)[0]
    assert len(in_code) >= 9
    assert {name for name in in_code if name} | {"model", "tag:NAME"} <= set(re.findall(r"`([\w:]+)`", section))


def test_the_columns_of_reports_are_explained():
    explained = [name for row in table_rows("docs/operations.md", "Reports") for name in re.findall(r"\w+", row[0])]
    assert explained == re.findall(r'Number\{"(\w+)"', source("src/reports/usage_table.cpp"))


def test_alerts_ask_of_each_metric_what_its_kind_can_tell():
    """increase() and rate() are of counters, comparisons of gauges."""
    made = re.findall(r'out\.(counter|gauge)\(\s*"(\w+)"', expositions())
    kinds = {metric: kind for kind, metric in made}
    named = 0
    for row in table_rows("docs/operations.md", "Alerts"):
        for call, metric in re.findall(r"(increase\(|rate\()?(tollgate_\w+)", row[0]):
            named += 1
            assert kinds[metric] == ("counter" if call else "gauge"), row[0]
    assert named >= 10


def test_links_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.relative_to(ROOT)}: {target}"


def help_of(*command):
    return subprocess.run([stack.BINARIES / "tollgate", *command, "--help"], capture_output=True, text=True,
                          timeout=20).stdout


def test_every_option_that_documents_give_a_command_is_one_of_it():
    seen = 0
    for document in DOCUMENTS:
        # A command up to the end of its line, of its code, or of its cell.
        for words, rest in re.findall(r"\btollgate ((?:[a-z][a-z-]* )*[a-z][a-z-]*)((?:[^`\n|]|\\\|)*)", document.read_text()):
            first, *more = words.split()
            known = help_of(first)
            below = re.search(r"^Subcommands:\n(.*)", known, re.M | re.S)
            if below and more and re.search(rf"^  {more[0]}  ", below[1], re.M):
                known += help_of(first, more[0])
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest if known else ""):
                seen += 1
                assert re.search(rf"(?<![\w-]){option}(?![\w-])", known), f"{document.name}: tollgate {words} {option}"
    assert seen > 80

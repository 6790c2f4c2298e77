# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""A walk through every operation on objects, with what the record of each step has to say."""

import json

import stack
import through
from through import TEXT, chat


class Walk:
    """Objects made, read, changed and deleted: every operation that is no generation, with what its record says."""

    def __init__(self, gateway, family):
        self.gateway = gateway
        self.family = family
        self.steps = []  # (operation, answer, reason)

    def step(self, operation, method, path, body=None, reason="operation_without_tokens", query="", **more):
        answer = through.send(self.gateway, method, self.family.path(path, query=query), body,
                              x_ms_client_request_id=f"{self.family.name}-{len(self.steps)}", **more)
        self.steps.append((operation, answer, reason))
        assert answer.status == 200, (operation, answer.body)
        return answer.json if answer.fields.get("content-type", "").startswith("application/json") else answer.body

    def read(self, operation, method, path, body=None, **more):
        """A look at work that another record counts."""
        return self.step(operation, method, path, body, reason="counted_at_creation", **more)

    def refused_list(self, path):
        """It would show what others made: answered by the gateway, and no record is left."""
        answer = through.send(self.gateway, "GET", self.family.path(path))
        assert (answer.status, answer.json["error"]["code"]) == (403, "PermissionDenied")

    def upload(self, operation, path, fields):
        body, kind = through.form(fields)
        return self.step(operation, "POST", path, body, content_type=kind)

    def finished(self, operation, path, states=("completed",)):
        def look():
            seen = self.read(operation, "GET", path)
            return seen if seen["status"] in states else None
        return stack.wait_until(look, path)

    def models(self):
        """Answered from the configuration: no backend is asked, and no record is left."""
        listed = through.send(self.gateway, "GET", self.family.path("/models")).json
        one = listed["data"][0]["id"]
        assert through.send(self.gateway, "GET", self.family.path("/models/" + one)).json["id"] == one

    def responses(self):
        made = self.step("Responses_Create", "POST", "/responses", TEXT, reason="")
        path = "/responses/" + made["id"]
        assert self.read("Responses_Get", "GET", path)["usage"] == made["usage"]
        self.step("Responses_ListInputItems", "GET", path + "/input_items")
        self.step("Responses_Delete", "DELETE", path)
        if self.family.name == "v1":
            self.step("Responses_CountInputTokens", "POST", "/responses/input_tokens", TEXT)
        work = self.step("Responses_Create", "POST", "/responses", {**TEXT, "background": True},
                         reason="no_usage_in_answer", sim={"work_ms": 60_000})
        self.read("Responses_Cancel", "POST", f"/responses/{work['id']}/cancel")

    def assistants(self):
        made = self.step("Assistants_Create", "POST", "/assistants", {"model": "assistant", "name": "a"})
        path = "/assistants/" + made["id"]
        assert made["model"] == "gpt-4.1-mini"  # the deployment's name there
        self.refused_list("/assistants")
        self.step("Assistants_Get", "GET", path)
        assert self.step("Assistants_Modify", "POST", path, {"name": "b"})["name"] == "b"
        self.threads(made["id"])
        self.runs(made["id"])
        self.step("Assistants_Delete", "DELETE", path)

    def threads(self, assistant):
        thread = "/threads/" + self.step("Threads_Create", "POST", "/threads", {})["id"]
        self.step("Threads_Get", "GET", thread)
        self.step("Threads_Modify", "POST", thread, {"metadata": {"a": "b"}})
        message = self.step("Messages_Create", "POST", thread + "/messages", {"role": "user", "content": "hi"})
        assert message["content"][0]["text"]["value"] == "hi"
        self.step("Messages_List", "GET", thread + "/messages")
        path = f"{thread}/messages/{message['id']}"
        self.step("Messages_Get", "GET", path)
        self.step("Messages_Modify", "POST", path, {"metadata": {"a": "b"}})
        self.step("Messages_Delete", "DELETE", path)
        self.step("Threads_Delete", "DELETE", thread)
        self.step("ThreadsAndRuns_Create", "POST", "/threads/runs",
                  {"assistant_id": assistant, "thread": {"messages": [{"role": "user", "content": "hi"}]}}, reason="")

    def runs(self, assistant):
        thread = "/threads/" + self.step("Threads_Create", "POST", "/threads", {})["id"]
        run = self.step("Runs_Create", "POST", thread + "/runs", {"assistant_id": assistant}, reason="",
                        sim={"tool_calls": True})
        path = f"{thread}/runs/{run['id']}"
        self.finished("Runs_Get", path, ("requires_action",))
        self.read("Runs_SubmitToolOutputs", "POST", path + "/submit_tool_outputs",
                  {"tool_outputs": [{"tool_call_id": "call_1", "output": "1"}]})
        done = self.finished("Runs_Get", path)
        self.read("Runs_List", "GET", thread + "/runs")
        self.read("Runs_Modify", "POST", path, {"metadata": {"a": "b"}})
        steps = self.read("RunSteps_List", "GET", path + "/steps")["data"]
        assert sum(s["usage"]["total_tokens"] for s in steps) == done["usage"]["total_tokens"]
        self.read("RunSteps_Get", "GET", f"{path}/steps/{steps[0]['id']}")
        streamed = self.step("Runs_Create", "POST", thread + "/runs", {"assistant_id": assistant, "stream": True},
                             reason="")
        assert b"event: thread.run.completed" in streamed and b"event: thread.run.step.completed" in streamed
        work = self.step("Runs_Create", "POST", thread + "/runs", {"assistant_id": assistant},
                         reason="no_usage_in_answer", sim={"work_ms": 60_000})
        self.read("Runs_Cancel", "POST", f"{thread}/runs/{work['id']}/cancel")

    def files(self):
        made = self.upload("Files_Create", "/files", [("purpose", "assistants"), ("file", ("a.txt", b"hello"))])
        path = "/files/" + made["id"]
        self.refused_list("/files")
        assert self.step("Files_Get", "GET", path)["bytes"] == 5
        assert self.read("Files_GetContent", "GET", path + "/content") == b"hello"
        self.stores(made["id"])
        self.training(made["id"])
        self.step("Files_Delete", "DELETE", path)

    def uploads(self):
        wanted = {"filename": "a.txt", "purpose": "assistants", "bytes": 6, "mime_type": "text/plain"}
        path = "/uploads/" + self.step("Uploads_Create", "POST", "/uploads", wanted)["id"]
        parts = [self.upload("Uploads_AddPart", path + "/parts", [("data", ("p", data))])["id"]
                 for data in (b"abc", b"def")]
        made = self.step("Uploads_Complete", "POST", path + "/complete", {"part_ids": parts})
        assert self.read("Files_GetContent", "GET", f"/files/{made['file']['id']}/content") == b"abcdef"
        other = "/uploads/" + self.step("Uploads_Create", "POST", "/uploads", wanted)["id"]
        self.step("Uploads_Cancel", "POST", other + "/cancel")

    def batches(self):
        lines = [{"custom_id": str(i), "method": "POST", "url": "/chat/completions", "body": chat()} for i in range(3)]
        file = self.upload("Files_Create", "/files", [
            ("purpose", "batch"), ("file", ("b.jsonl", "\n".join(map(json.dumps, lines)).encode()))])["id"]
        wanted = {"input_file_id": file, "endpoint": "/chat/completions", "completion_window": "24h"}
        path = "/batches/" + self.step("Batches_Create", "POST", "/batches", wanted, reason="")["id"]
        done = self.finished("Batches_Get", path)
        output = self.read("Files_GetContent", "GET", f"/files/{done['output_file_id']}/content")
        assert len(output.splitlines()) == 3
        self.refused_list("/batches")
        other = self.step("Batches_Create", "POST", "/batches", wanted, reason="no_usage_in_answer",
                          sim={"work_ms": 60_000})
        self.read("Batches_Cancel", "POST", f"/batches/{other['id']}/cancel")

    def stores(self, file):
        path = "/vector_stores/" + self.step("VectorStores_Create", "POST", "/vector_stores", {"name": "v"})["id"]
        self.refused_list("/vector_stores")
        self.step("VectorStores_Get", "GET", path)
        self.step("VectorStores_Modify", "POST", path, {"name": "w"})
        self.step("VectorStores_Search", "POST", path + "/search", {"query": "sky"})
        self.step("VectorStoreFiles_Create", "POST", path + "/files", {"file_id": file})
        self.step("VectorStoreFiles_List", "GET", path + "/files")
        self.step("VectorStoreFiles_Get", "GET", f"{path}/files/{file}")
        self.step("VectorStoreFiles_Modify", "POST", f"{path}/files/{file}", {"attributes": {"a": "b"}})
        assert self.step("VectorStoreFiles_GetContent", "GET", f"{path}/files/{file}/content") == b"hello"
        batch = self.step("VectorStoreFileBatches_Create", "POST", path + "/file_batches", {"file_ids": [file]})
        self.step("VectorStoreFileBatches_Get", "GET", f"{path}/file_batches/{batch['id']}")
        self.step("VectorStoreFileBatches_ListFiles", "GET", f"{path}/file_batches/{batch['id']}/files")
        self.step("VectorStoreFileBatches_Cancel", "POST", f"{path}/file_batches/{batch['id']}/cancel")
        self.step("VectorStoreFiles_Delete", "DELETE", f"{path}/files/{file}")
        self.step("VectorStores_Delete", "DELETE", path)

    def conversations(self):
        path = "/conversations/" + self.step("Conversations_Create", "POST", "/conversations", {})["id"]
        self.step("Conversations_Get", "GET", path)
        self.step("Conversations_Modify", "POST", path, {"metadata": {"a": "b"}})
        items = {"items": [{"type": "message", "role": "user", "content": "hi"}]}
        (item,) = self.step("ConversationItems_Create", "POST", path + "/items", items)["data"]
        self.step("ConversationItems_List", "GET", path + "/items")
        self.step("ConversationItems_Get", "GET", f"{path}/items/{item['id']}")
        self.step("ConversationItems_Delete", "DELETE", f"{path}/items/{item['id']}")
        self.step("Conversations_Delete", "DELETE", path)

    def containers(self):
        path = "/containers/" + self.step("Containers_Create", "POST", "/containers", {"name": "c"})["id"]
        self.refused_list("/containers")
        self.step("Containers_Get", "GET", path)
        file = self.upload("ContainerFiles_Create", path + "/files", [("file", ("a.txt", b"hello"))])["id"]
        self.step("ContainerFiles_List", "GET", path + "/files")
        self.step("ContainerFiles_Get", "GET", f"{path}/files/{file}")
        assert self.step("ContainerFiles_GetContent", "GET", f"{path}/files/{file}/content") == b"hello"
        self.step("ContainerFiles_Delete", "DELETE", f"{path}/files/{file}")
        self.step("Containers_Delete", "DELETE", path)

    def training(self, file):
        wanted = {"model": "gpt-4.1-mini-2025-04-14", "training_file": file}
        path = "/fine_tuning/jobs/" + self.step("FineTuningJobs_Create", "POST", "/fine_tuning/jobs", wanted)["id"]
        self.refused_list("/fine_tuning/jobs")
        self.step("FineTuningJobs_Get", "GET", path)
        self.step("FineTuningJobs_ListEvents", "GET", path + "/events")
        self.step("FineTuningJobs_ListCheckpoints", "GET", path + "/checkpoints")
        self.step("FineTuningJobs_Cancel", "POST", path + "/cancel")

    def all(self):
        self.models()
        self.responses()
        self.assistants()
        self.files()
        self.uploads()
        self.batches()
        if self.family.name == "v1":
            self.conversations()
            self.containers()
        return self

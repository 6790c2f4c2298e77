# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""The official openai-python clients, unmodified, as an application team would set them up."""

import openai

import stack


def azure_key(gateway, key=stack.RETAIL_KEY, **more):
    return openai.AzureOpenAI(azure_endpoint=gateway.url, api_key=key, api_version=stack.API_VERSION,
                              max_retries=0, **more)


def azure_token(gateway, token, **more):
    return openai.AzureOpenAI(azure_endpoint=gateway.url, azure_ad_token=token,
                              api_version=stack.API_VERSION, max_retries=0, **more)


def plain(gateway, key=stack.RETAIL_KEY, **more):
    return openai.OpenAI(base_url=gateway.url + "/openai/v1/", api_key=key, max_retries=0, **more)


MESSAGES = [{"role": "user", "content": "What colour is the sky, in one word?"}]

"""The template through AWS's own SAM translator, in this process and offline, and the tools that tests call."""

import copy
import os
import shutil
import sys
from pathlib import Path

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")


def tool(name: str) -> str:
    """A tool of tests/requirements.txt: the one of this environment before any other."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} is missing: pip install -r tests/requirements.txt"
    return found


def transform(source: dict, code_key: str = "code", **parameters: str) -> dict:
    """`source` as `sam deploy` would hand it over, with its code uploaded as `code_key`."""
    source = copy.deepcopy(source)
    source["Globals"]["Function"]["CodeUri"] = {"Bucket": "artifacts", "Key": code_key}
    values = {name: spec["Default"] for name, spec in source["Parameters"].items()} | parameters
    session = boto3.Session(region_name="us-east-1")
    return Translator({}, Parser(), boto_session=session).translate(source, values)

"""Functions run from what was packaged here, and from what somebody else uploaded."""

import io
import zipfile

import boto3
import pytest
from driftmend_local.api import server
from driftmend_local.functions.function_code import FunctionCode


@pytest.fixture(scope="module")
def s3():
    running = server.start(0)
    yield boto3.client("s3", endpoint_url=running.url, region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local")
    running.stop()


@pytest.fixture
def code(s3):
    code = FunctionCode(lambda service: s3)
    yield code
    code.close()


def test_what_was_packaged_here_is_not_fetched(code, tmp_path):
    code["nowhere", "key"] = tmp_path
    assert code.get(("nowhere", "key")) == tmp_path


def test_what_was_uploaded_is_unpacked_once(code, s3):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("dev/Some.class", b"\xca\xfe")
    s3.create_bucket(Bucket="uploads")
    s3.put_object(Bucket="uploads", Key="driftmend/0f", Body=archive.getvalue())

    directory = code.get(("uploads", "driftmend/0f"))
    assert (directory / "dev/Some.class").read_bytes() == b"\xca\xfe"
    s3.delete_object(Bucket="uploads", Key="driftmend/0f")
    assert code.get(("uploads", "driftmend/0f")) == directory


def test_there_is_no_code_where_nothing_was_uploaded_or_no_archive(code, s3):
    s3.create_bucket(Bucket="others")
    s3.put_object(Bucket="others", Key="text", Body=b"no archive")
    assert code.get(("others", "text")) is None
    assert code.get(("others", "nothing")) is None

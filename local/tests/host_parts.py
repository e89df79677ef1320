"""What the tests of the function host share: the sample function compiled, a local AWS in this process, functions in it."""

import functools
import json
import subprocess
import tempfile
import time
from pathlib import Path

import boto3
from botocore.config import Config
from driftmend_local.functions.jdk import find_java

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "target" / "ric"


@functools.cache
def sample_code():
    """A directory with the compiled sample function."""
    target = tempfile.mkdtemp(prefix="driftmend-sample-")
    javac = Path(find_java()).with_name("javac")
    jars = ":".join(map(str, CLIENT.glob("*.jar")))
    subprocess.run([javac, "-cp", jars, "-d", target, Path(__file__).parent / "functions" / "Sample.java"], check=True)
    return target


@functools.cache
def client(url, service):
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="AKIAEXAMPLE0", aws_secret_access_key="x",
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


def make_function(url, name, **changes):
    """Create a role that may do everything, and a function of the sample code. Answers the function's configuration."""
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = client(url, "iam").create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    client(url, "iam").attach_role_policy(RoleName=f"{name}-role", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    s3 = client(url, "s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="sample", Body=b"sample")
    settings = {"Runtime": "java25", "Handler": "Sample::handleRequest", "Timeout": 10, "MemorySize": 256, **changes}
    return client(url, "lambda").create_function(FunctionName=name, Role=role, Code={"S3Bucket": "code", "S3Key": "sample"}, **settings)


def eventually(check, seconds=10, every=0.05):
    """What `check` answers once it answers something true."""
    until = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < until, f"not within {seconds} s: {check}"
        time.sleep(every)

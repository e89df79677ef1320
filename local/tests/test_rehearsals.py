"""What is recorded for the functions' rehearsals names nobody, and is small."""

import hashlib
import json

from driftmend_bench.rehearsals import _Plain, _small, _sum


def plain(text):
    return _Plain("http://127.0.0.1:41234", "http://localhost:48739/")(text)


def test_addresses_of_this_machine_become_those_of_aws_and_of_an_example_also_where_they_are_escaped():
    assert plain("http://127.0.0.1:41234/123456789012/work.fifo") == "https://sqs.us-east-1.amazonaws.com/123456789012/work.fifo"
    assert plain("a=http%3A%2F%2Flocalhost%3A48739&b=localhost:48739") == "a=http%3A%2F%2Fdriftmend.example.com&b=driftmend.example.com"


def test_public_addresses_become_documentation_addresses_each_the_same_one_again():
    assert plain("54.214.1.2 10.0.1.2 0.0.0.0/0 54.214.1.3 54.214.1.2") == "203.0.113.1 10.0.1.2 0.0.0.0/0 203.0.113.2 203.0.113.1"


def test_keys_and_user_agents_become_those_of_the_documentation():
    assert plain('{"accessKeyId": "AKIA1234567890ABCDEF", "userAgent": "Boto3/1.43 os/linux#6.1"}') == \
        '{"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userAgent": "aws-cli/2"}'


def test_a_template_is_written_without_spaces_and_a_request_has_no_id():
    body = '<R><TemplateBody>{\n  "A": "&lt;b&gt;"\n}</TemplateBody><RequestId>5f-6a</RequestId></R>'
    assert _small(body, "") == '<R><TemplateBody>{"A":"&lt;b&gt;"}</TemplateBody><RequestId>0</RequestId></R>'


def test_the_sum_that_sqs_answers_is_that_of_the_message_as_it_was_made_plain():
    answer = json.loads(_small('{"MD5OfMessageBody": "00", "MessageId": "m"}', json.dumps({"MessageBody": "hello"})))
    assert answer["MD5OfMessageBody"] == hashlib.md5(b"hello", usedforsecurity=False).hexdigest()


def test_the_order_of_parameters_and_members_does_not_change_the_sum_and_their_values_do():
    assert _sum("Action=A&B=1") == _sum("B=1&Action=A") != _sum("B=2&Action=A")
    assert _sum('{"a":{"S":"x"},"b":1}') == _sum('{"b":1,"a":{"S":"x"}}')

"""The credentials of the functions: sessions of their roles, in the environment or, for SnapStart, from an endpoint.

Source: AWS Lambda developer guide, "Defined runtime environment variables" and "Lambda SnapStart": a SnapStart function gets no
access keys in its environment but AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_CONTAINER_AUTHORIZATION_TOKEN.
"""

import hmac
import http.server
import json
import secrets
import threading

from moto.sts.models import sts_backends

from .function_config import REGION
from ..api.request import ACCOUNT

SESSION_SECONDS = 12 * 3600


def assume_role(role_arn, session_name):
    """A new session of the role: {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"} as a container gets it."""
    session = sts_backends[ACCOUNT]["aws"].assume_role(
        region_name=REGION, role_session_name=session_name, role_arn=role_arn, policy=None, duration=SESSION_SECONDS, external_id=None)
    return {
        "RoleArn": role_arn, "AccessKeyId": session.access_key_id, "SecretAccessKey": session.secret_access_key,
        "Token": session.session_token, "Expiration": session.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


class CredentialEndpoint:
    """Answers the credentials of a role at a URI of its own, to whoever shows that URI's token."""

    def __init__(self):
        self._known = {}
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                status, body = endpoint._answer(self.path, self.headers.get("Authorization", ""))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="credentials", daemon=True).start()

    def issue(self, role_arn, session_name):
        """The two environment variables with which a process gets its credentials here."""
        path, token = f"/v1/credentials/{secrets.token_hex(8)}", secrets.token_urlsafe(24)
        self._known[path] = (token, role_arn, session_name)
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{self._server.server_port}{path}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": token,
        }

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path, shown):
        token, role_arn, session_name = self._known.get(path, ("", None, None))
        if not token or not hmac.compare_digest(token, shown):
            return 401, b'{"code":"Unauthorized","message":"the authorization token is not the one of this URI"}'
        return 200, json.dumps(assume_role(role_arn, session_name)).encode()

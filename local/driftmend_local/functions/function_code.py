"""Where the code of the deployed functions is on this machine."""

import io
import tempfile
import threading
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError


class FunctionCode:
    """The directory of a function's code by the (bucket, key) of its archive.

    What this process packaged itself is noted, and never packed; what somebody else uploaded, as `sam deploy` does, is fetched
    and unpacked when a function first needs it. `client(service)` gives a boto3 client of the local AWS.
    """

    def __init__(self, client):
        self._client, self._directory = client, tempfile.TemporaryDirectory(prefix="driftmend-code-")
        self._known, self._lock = {}, threading.Lock()

    def __setitem__(self, where, directory):
        self._known[where] = directory

    def get(self, where):
        """None if there is no such archive."""
        with self._lock:
            if where not in self._known:
                unpacked = self._unpacked(*where)
                if not unpacked:
                    return None
                self._known[where] = unpacked
            return self._known[where]

    def _unpacked(self, bucket, key):
        try:
            archive = self._client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
            directory = Path(self._directory.name) / bucket / key
            with zipfile.ZipFile(io.BytesIO(archive)) as packed:
                packed.extractall(directory)
        except (ClientError, zipfile.BadZipFile):
            return None
        return directory

    def close(self):
        self._directory.cleanup()

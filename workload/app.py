"""The workload under guard: a small web application behind the load balancer."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return "Hello from behind the load balancer.\n", {"Content-Type": "text/plain; charset=utf-8"}


@app.get("/health")
def health():
    return {"status": "ok"}

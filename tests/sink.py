#!/usr/bin/env python3
"""sink - a web server that answers as its script says, and writes down what it got.

    sink.py FOLDER [CERTIFICATE KEY]    listens on 127.0.0.1, its port in FOLDER/port

Each request takes the first line of FOLDER/script away and is answered by it; without one the
last part of its path says how: a status; "429 SECONDS" or "429 DATE"; reset, after all was
read; silent; endless; drip, a byte a second; halfway, a part of its answer; away, near, back:
redirects to another host, here, and to itself; echo, 404 with what it was asked; slack ERROR.
A call of Slack's API is taken.  FOLDER/requests has a line of JSON for each that came whole.
"""
import email.utils
import http.server
import itertools
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse

folder = sys.argv[1]
lock = threading.Lock()
stamps = itertools.count(1)
connections = itertools.count(1)


def next_line():
    path = folder + "/script"
    with lock:
        try:
            with open(path) as script:
                first, _, rest = script.read().partition("\n")
        except FileNotFoundError:
            return None
        if not first:
            return None
        with open(path + ".new", "w") as script:
            script.write(rest)
        os.rename(path + ".new", path)
        return first


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.number = next(connections)

    def log_message(self, *_):
        pass

    def say(self, code, body=b"", **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if code != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if code != 204 else b"")
        self.wfile.flush()

    def write_down(self, body):
        line = json.dumps({"method": self.command, "path": self.path, "connection": self.number,
                           "at": time.time(), "headers": {k.lower(): v for k, v in self.headers.items()},
                           "body": body.decode()})
        with lock, open(folder + "/requests", "a") as requests:
            requests.write(line + "\n")

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        self.write_down(body)
        words = (next_line() or urllib.parse.unquote(self.path).rsplit("/", 1)[-1]).split(" ", 1)
        special = getattr(self, "do_" + words[0].replace(".", "_"), None)
        if special:
            special(*words[1:], body=body)
        elif words[0] == "429":
            self.say(429, b"slow down", **({"Retry_After": words[1]} if len(words) > 1 else {}))
        elif words[0].isdigit():
            self.say(int(words[0]), b"said %b\n" % words[0].encode())
        else:
            self.say(200, b"ok")

    do_GET = do_POST = answer

    def do_reset(self, body):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.rfile = self.wfile = open(os.devnull, "r+b")
        self.close_connection = True

    def do_silent(self, body):
        time.sleep(60)

    def do_endless(self, body):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65536)

    def do_headers(self, body):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for n in itertools.count():
            self.wfile.write(b"X-%d: %b\r\n" % (n, b"x" * 1000))

    def do_drip(self, body):
        self.wfile.write(b"HTTP/1.1 20")
        for byte in b"4\r\n\r\n":
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(1)

    def do_halfway(self, body):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello")
        self.close_connection = True

    def do_away(self, body):
        self.say(307, Location="http://localhost:%d/200" % self.server.server_address[1])

    def do_near(self, body):
        self.say(307, Location="/200")

    def do_found(self, body):
        self.say(302, Location="/200")

    def do_back(self, body):
        self.say(307, Location=self.path)

    def do_echo(self, body):
        said = "no such thing: %s %s" % (self.path, self.headers.get("Authorization", ""))
        self.say(404, said.encode())

    def do_slack(self, error, body):
        self.say(200, json.dumps({"ok": False, "error": error}).encode())

    def do_chat_postMessage(self, body):
        self.slack_ok(json.loads(body)["channel"], "1700000000.%06d" % next(stamps))

    def do_chat_update(self, body):
        self.slack_ok(json.loads(body)["channel"], json.loads(body)["ts"])

    def slack_ok(self, channel, ts):
        self.say(200, json.dumps({"ok": True, "channel": channel, "ts": ts}).encode())


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


with Server(("127.0.0.1", 0), Answer) as server:
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with open(folder + "/port.new", "w") as port:
        port.write(str(server.server_address[1]))
    os.rename(folder + "/port.new", folder + "/port")
    server.serve_forever()

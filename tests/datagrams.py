#!/usr/bin/env python3
"""datagrams PORTFILE SECONDS - prints each UDP datagram that comes, a line of JSON, until none does."""
import json
import socket
import sys

inbox = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
inbox.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
inbox.bind(("127.0.0.1", 0))
with open(sys.argv[1], "w") as port:
    port.write(str(inbox.getsockname()[1]))
inbox.settimeout(30)
while True:
    try:
        data = inbox.recv(65536)
    except TimeoutError:
        break
    print(json.dumps(data.decode()), flush=True)
    inbox.settimeout(float(sys.argv[2]))

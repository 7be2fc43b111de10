#!/usr/bin/env python3
"""smtp - a mail server that answers as the address it is asked to deliver to says.

    smtp.py FOLDER     listens on 127.0.0.1, its port in FOLDER/port, messages in FOLDER/mail

250@... takes the message; 451@... and 550@... are refused so; silent@... gets no answer.
"""
import os
import socketserver
import sys
import time

folder = sys.argv[1]


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def receive(self):
        self.say("354 go on")
        message = b"".join(iter(self.rfile.readline, b".\r\n"))
        with open(folder + "/mail", "ab") as mail:
            mail.write(message.replace(b"\r\n", b"\n") + b"=====\n")
        self.say("250 taken")

    def recipient(self, line):
        wish = line.split("<")[1].split("@")[0]
        if wish == "silent":
            time.sleep(30)
        self.say({"451": "451 4.7.1 come back later", "550": "550 5.1.1 nobody here"}.get(wish, "250 ok"))

    def handle(self):
        self.say("220 test")
        for line in iter(self.rfile.readline, b""):
            verb = line.decode().upper()[:4]
            if verb == "RCPT":
                self.recipient(line.decode())
            elif verb == "DATA":
                self.receive()
            else:
                self.say("221 bye" if verb == "QUIT" else "250 ok")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


with Server(("127.0.0.1", 0), Session) as server:
    with open(folder + "/port.new", "w") as port:
        port.write(str(server.server_address[1]))
    os.rename(folder + "/port.new", folder + "/port")
    server.serve_forever()

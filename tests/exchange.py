"""An exchange that asks over SIP (RFC 3261, UDP) whether a caller is listed."""

import contextlib
import secrets
import socket


class Exchange:
    """Asks a SIP server on this machine. Who has not answered in time is asked again, as exchanges do."""

    def __init__(self, port, patience=0.5, tries=20):
        self.port, self.tries = port, tries
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.connect(("127.0.0.1", port))
        self.line.settimeout(patience)

    def close(self):
        self.line.close()

    def is_answered(self):
        """Whether somebody is there."""
        with contextlib.suppress(ConnectionRefusedError, TimeoutError):
            return self.call("0950999999", "OPTIONS") > 0

    def call(self, caller, method="INVITE", more=""):
        """The status of the final answer to a call from a number."""
        me, call = "127.0.0.1:%d" % self.line.getsockname()[1], secrets.token_hex(8)
        branch, tag = "z9hG4bK" + call, secrets.token_hex(4)
        head = (
            f"Via: SIP/2.0/UDP {me};branch={branch}\r\nMax-Forwards: 70\r\nFrom: <sip:{caller}@exchange.example>;tag={tag}\r\n"
            f"Call-ID: {call}\r\nContact: <sip:{me}>\r\n{more}Content-Length: 0\r\n"
        )
        to = "To: <sip:0950999999@127.0.0.1>"
        ask = f"{method} sip:0950999999@127.0.0.1:{self.port} SIP/2.0\r\n{head}{to}\r\nCSeq: 1 {method}\r\n\r\n"
        for _ in range(self.tries):
            answer = self.answer_to(ask, call)
            if answer:
                break
        else:
            raise TimeoutError("no answer")
        if method == "INVITE":
            tagged = next(line for line in answer.split("\r\n") if line.startswith("To:"))
            ack = f"ACK sip:0950999999@127.0.0.1:{self.port} SIP/2.0\r\n{head}{tagged}\r\nCSeq: 1 ACK\r\n\r\n"
            self.line.send(ack.encode())
        return int(answer.split(" ", 2)[1])

    def answer_to(self, ask, call):
        try:
            self.line.send(ask.encode())
            while True:
                answer = self.line.recv(65535).decode()
                if call in answer and not answer.startswith("SIP/2.0 1"):
                    return answer
        except TimeoutError:
            return None

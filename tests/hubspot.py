#!/usr/bin/env python3
"""hubspot - a portal of HubSpot's as far as fetch asks it: deals that are made up, always the same.

    hubspot.py FOLDER [DEALS]    listens on 127.0.0.1, its port in FOLDER/port; token canary-token-5

POST /mock takes orders, a line each:

    new DEALS                     begin anew, with so many deals
    touch ID PROPERTY=VALUE...    a write; its stamp is the next second of the portal's clock
    touch all PROPERTY=VALUE      one write of all deals: one stamp
    same ID PROPERTY=VALUE        one more write of it, with the stamp of the last one
    archive ID, restore ID, add ID
    rename STAGE LABEL            from now on the stage is called so
    lag, prompt, index            search does not learn of writes; it learns of those from now on; of all
    odd ID WHAT, odd ID           from now on a batch leaves ID out (left-out), has it in an error of
                                  that CATEGORY, or another in its place (an ID); no longer so
    lacks PROPERTY, wide COUNT    the portal has no such property; so many more, of 40 characters each
    fault NTH PATTERN WORDS...    what the NTH request (3: the third; 3-: from there on) whose path
                                  has PATTERN in it meets: one of the methods on_WORD below, or an order

FOLDER/requests has a line for each request, FOLDER/fired one for each fault that was met.
"""
import bisect
import datetime
import functools
import http.server
import json
import os
import socket
import struct
import sys
import threading
import time
import urllib.parse

folder = sys.argv[1]
lock = threading.RLock()
TOKEN = "canary-token-5"
STAGES = [("default", "appointmentscheduled", "Appointment", "false", "0.2"), ("default", "contractsent", "Contract sent", "false", "0.9"),
          ("default", "closedwon", "Won", "true", "1.0"), ("default", "closedlost", "Lost", "true", "0.0"),
          ("7001", "7002", "Renewal due", "false", "0.5"), ("7001", "7003", "Renewed", "true", "1.0")]
PROPERTIES = ["amount", "closed_lost_reason", "closedate", "createdate", "deal_currency_code", "dealname", "dealstage", "hs_analytics_source", "hs_is_closed", "hs_is_closed_won",
              "hs_lastmodifieddate", "hs_object_id", "hubspot_owner_id", "pipeline", "region"]
ALWAYS = ["createdate", "hs_lastmodifieddate", "hs_object_id"]
SCOPES = {"objects/companies": "crm.objects.companies.read", "objects/deals": "crm.objects.deals.read", "owners": "crm.objects.owners.read", "pipelines": "crm.schemas.deals.read"}


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (seconds % 1 * 1000)


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


class Portal:
    """What is there: deals by their id, and what search knows of them."""

    def __init__(self, deals):
        self.clock = 1710900000  # 2024-03-20T02:00:00Z
        self.faults, self.searches, self.lags = [], {}, False
        self.lacking, self.properties, self.labels = set(), list(PROPERTIES), {}
        self.deals, self.known, self.odd = {}, {}, {}
        for i in range(deals):
            self.add(9990000 + 7 * i, i)
        self.order()

    def add(self, number, i):
        pipeline, stage, _, closed, won = STAGES[i * 5 % 11 % 6]
        created = 1690000000 + i * 1000.125
        changed = created + (5000000 if 500 <= i < 750 else i // 4 * 60)
        if 500 <= i < 750:  # more than a page of one stamp
            changed = 1700000000.25
        close = stamp(created + 86400 * (30 + i % 60))
        amount = "%d.%02d" % (1000 + i * 37 % 90000, i % 100)
        properties = {"amount": amount, "closedate": close, "createdate": stamp(created), "deal_currency_code": "EUR" if i % 4 else None,
                      "dealname": 'Größe "%d" \U0001f40a' % i, "dealstage": stage, "hs_is_closed": closed,
                      "hs_is_closed_won": "true" if won == "1.0" else "false", "hs_lastmodifieddate": stamp(changed),
                      "hs_object_id": str(number), "hubspot_owner_id": None if i % 50 == 49 else str(500 + i % 7),
                      "pipeline": pipeline, "region": ["Europe", "India", None][i % 3]}
        first = "7002" if pipeline == "7001" else "appointmentscheduled"
        history = {"dealstage": [(first, created)], "closedate": [(stamp(created + 86400 * 20), created), (close, created + 600)],
                   "amount": [(amount, created)]}
        if stage != first:
            history["dealstage"].append((stage, changed))
        self.deals[number] = {"properties": properties, "history": history, "archived": None, "number": i}
        self.known[number] = dict(properties)

    def order(self):
        self.ids = sorted(self.deals)

    def change(self, number, changes, at):
        deal = self.deals[number]
        deal["properties"].update(changes, hs_lastmodifieddate=stamp(at))
        for name, value in changes.items():
            if name in deal["history"]:
                deal["history"][name].append((value, at))
        if not self.lags:
            self.known[number] = dict(deal["properties"])

    def do(self, words):
        self.clock += 1
        verb, rest = words[0], words[1:]
        if verb == "touch":
            for number in self.ids if rest[0] == "all" else [int(rest[0])]:
                self.change(number, dict(pair.split("=", 1) for pair in rest[1:]), self.clock)
        elif verb == "same":
            name, value = rest[1].split("=", 1)
            self.deals[int(rest[0])]["history"][name].append((value, self.deals[int(rest[0])]["history"][name][-1][1]))
        elif verb in ("archive", "restore"):
            self.deals[int(rest[0])]["archived"] = stamp(self.clock) if verb == "archive" else None
        elif verb == "add":
            self.add(int(rest[0]), 3)
            self.order()
            self.change(int(rest[0]), {}, self.clock)
        elif verb in ("lag", "prompt"):
            self.lags = verb == "lag"
        elif verb == "index":
            self.known = {number: dict(deal["properties"]) for number, deal in self.deals.items()}
        elif verb == "lacks":
            self.lacking.add(rest[0])
        elif verb == "odd":
            self.odd.pop(rest[0], None)
            self.odd.update([rest] if rest[1:] else [])
        elif verb == "rename":
            self.labels[rest[0]] = rest[1]
        elif verb == "wide":
            self.properties += ["wide_%035d" % n for n in range(int(rest[0]))]
        elif verb == "fault":
            self.faults.append({"nth": rest[0], "pattern": rest[1], "words": rest[2:], "count": 0})

    def fault(self, path):
        met = None
        for fault in self.faults:
            if fault["pattern"] in path:
                fault["count"] += 1
                first = int(fault["nth"].rstrip("-"))
                if met is None and (fault["count"] == first or fault["nth"].endswith("-") and fault["count"] > first):
                    met = fault
        if met is None:
            return None
        with open(folder + "/fired", "a") as fired:
            fired.write(" ".join([met["pattern"], *met["words"]]) + "\n")
        return met["words"]


    def sorted(self, groups, sorts):
        """Remembered until the next order: a test reads thousands page by page."""
        key = self.clock, groups, sorts
        if key not in self.searches:
            live = [number for number in self.ids if self.deals[number]["archived"] is None]
            found = [number for number in live if not json.loads(groups) or any(passes(self.known[number], group) for group in json.loads(groups))]
            for sort in json.loads(sorts):
                name = sort["propertyName"] if isinstance(sort, dict) else sort
                found.sort(key=lambda number: number_of(self.known[number][name]),
                           reverse=isinstance(sort, dict) and sort["direction"] == "DESCENDING")
            self.searches[key] = found
        return self.searches[key]

    def found(self, groups, sorts):
        """Those past an id are cut off, not looked for."""
        least, others = 0, []
        for group in json.loads(groups):
            least = max([least] + [int(value) for name, way, value in group if (name, way) == ("hs_object_id", "GT")])
            others.append([test for test in group if test[:2] != ["hs_object_id", "GT"]])
        need(least == 0 or len(others) == 1, "an id in one of several groups")
        found = self.sorted(json.dumps(others), sorts)
        if '"hs_object_id"' in sorts:
            return found[bisect.bisect_right(found, least):]
        return [number for number in found if number > least]


def passes(known, search):
    ways = {"GTE": int.__ge__, "GT": int.__gt__, "LTE": int.__le__, "LT": int.__lt__, "EQ": int.__eq__}
    return all(ways[way](number_of(known[name]), int(value)) for name, way, value in search)


class Wrong(Exception):
    """400, and why."""


def need(good, why):
    if not good:
        raise Wrong(why)


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def say(self, code, value, **headers):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(code)
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if self.cut else body)
        self.wfile.flush()
        if self.cut:
            self.close_connection = True
            if self.cut == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.rfile = self.wfile = open(os.devnull, "r+b")

    def wrong(self, code, message, category, **more):
        headers = more.pop("headers", {})
        self.say(code, {"status": "error", "message": message, "correlationId": "0000", "category": category, **more}, **headers)

    # -- faults

    def on_status(self, code, wait=None):
        self.wrong(int(code), "it failed", "INTERNAL", headers={"Retry_After": wait} if wait else {})

    def busy(self, policy, message, wait):
        self.wrong(429, message, "RATE_LIMITS", errorType="RATE_LIMIT", policyName=policy,
                   headers={"Retry_After": wait} if wait else {})

    def on_secondly(self, wait=None):
        self.busy("SECONDLY", "You have reached your secondly limit.", wait)

    def on_daily(self, wait=None):
        self.busy("DAILY", "You have reached your daily limit.", wait)

    def on_revoked(self):
        self.wrong(401, "Authentication credentials not found. %s" % self.headers.get("Authorization"), "INVALID_AUTHENTICATION")

    def on_scope(self):
        scope = next((scope for part, scope in SCOPES.items() if part in self.path), "oauth")
        self.wrong(403, "This app hasn't been granted all required scopes to make this call.", "MISSING_SCOPES",
                   errors=[{"message": "One or more of the following scopes are required.", "context": {"requiredGranularScopes": [scope]}}])

    def on_text(self, *words):
        self.say(200, " ".join(words).encode())

    def on_away(self):
        self.say(307, {}, Location="http://localhost:%d%s" % (self.server.server_address[1], self.path))

    def meets(self, words):
        if words is None:
            return False
        if words[0] in ("reset", "half"):
            self.cut = words[0]
            return False
        if words[0] == "slow":
            time.sleep(float(words[1]))
            return False
        if hasattr(self, "on_" + words[0]):
            getattr(self, "on_" + words[0])(*words[1:])
            return True
        portal.do(words)
        return False

    # -- what is asked

    def shown(self, number, properties, history):
        deal = portal.deals[number]
        shown = {name: deal["properties"].get(name) for name in [*ALWAYS, *properties] if name in portal.properties and name not in portal.lacking}
        record = {"id": str(number), "properties": shown, "createdAt": deal["properties"]["createdate"],
                  "updatedAt": deal["properties"]["hs_lastmodifieddate"], "archived": deal["archived"] is not None}
        if deal["archived"]:
            record["archivedAt"] = deal["archived"]
        if history:
            record["propertiesWithHistory"] = {
                name: [{"value": value, "timestamp": stamp(at), "sourceType": "CRM_UI"} for value, at in reversed(deal["history"].get(name, []))]
                for name in history}
        return record

    def page(self, results, limit, after):
        page = {"results": results}
        if after is not None:
            page["paging"] = {"next": {"after": after, "link": "https://elsewhere.example/?after=" + after}}
        return page

    def list_deals(self, query):
        archived, history = query.get("archived") == "true", query.get("propertiesWithHistory", "").split(",")
        history = [name for name in history if name]
        limit, after = int(query.get("limit", 10)), int(query.get("after", 0))
        need(1 <= limit <= (50 if history else 100), "limit %d is too much" % limit)
        found, at = [], bisect.bisect_right(portal.ids, after)
        for number in portal.ids[at:]:
            if (portal.deals[number]["archived"] is not None) == archived:
                found.append(number)
                if len(found) > limit:
                    break
        more = str(found[limit - 1]) if len(found) > limit else None
        properties = query.get("properties", "dealname").split(",")
        return self.page([self.shown(number, properties, history) for number in found[:limit]], limit, more)

    def search_deals(self, body):
        for key in ("filterGroups", "sorts", "properties", "limit", "after"):
            need(key in body, "no " + key)
        need(isinstance(body["after"], str), "after is no text")
        need(body["limit"] <= 200, "limit is too much")
        groups = [[(f["propertyName"], f["operator"], f["value"]) for f in group["filters"]] for group in body["filterGroups"]]
        need(all(isinstance(value, str) for group in groups for _, _, value in group), "a value is no text")
        need(len(groups) <= 3 and all(len(group) <= 3 for group in groups), "too many filters")
        start, limit = int(body["after"]), body["limit"]
        need(start + limit <= 10000, "paging past 10,000 results")
        found = portal.found(json.dumps(groups), json.dumps(body["sorts"]))
        more = str(start + limit) if start + limit < len(found) else None
        results = []
        for number in found[start:start + limit]:
            record = self.shown(number, body["properties"], None)
            record["properties"] = {name: portal.known[number].get(name) for name in record["properties"]}
            results.append(record)
        return {"total": len(found), **self.page(results, limit, more)}

    def batch(self, body, found, shown):
        inputs = [entry["id"] for entry in body["inputs"]]
        need(inputs and len(inputs) == len(set(inputs)), "no input, or one twice")
        wrong = {}
        for entry in inputs:
            what = portal.odd.get(entry, "" if found(entry) else "OBJECT_NOT_FOUND")
            if what.isupper():
                wrong.setdefault(what, []).append(entry)
        given = [portal.odd.get(entry, entry) for entry in inputs if entry not in sum(wrong.values(), [])]
        answer = {"status": "COMPLETE", "results": [shown(entry) for entry in given if entry != "left-out"],
                  "startedAt": stamp(0), "completedAt": stamp(0)}
        if wrong:
            answer.update(numErrors=len(wrong), errors=[{"status": "error", "category": category, "message": "no", "context": {"ids": ids}}
                                                        for category, ids in wrong.items()])
        return 207 if wrong else 200, answer

    def batch_deals(self, body):
        history = body["propertiesWithHistory"]
        need(len(body["inputs"]) <= (50 if history else 100), "The maximum number of inputs supported in a batch request")
        return self.batch(body, lambda entry: int(entry) in portal.deals and not portal.deals[int(entry)]["archived"],
                          lambda entry: self.shown(int(entry), body["properties"], history))

    def batch_companies(self, body):
        need(len(body["inputs"]) <= 100, "The maximum number of inputs supported in a batch request")
        return self.batch(body, lambda entry: entry != "839", lambda entry: {"id": entry, "properties": {"name": "Company " + entry}})

    def batch_links(self, body):
        def links(entry):
            i = portal.deals[int(entry)]["number"]
            to = [{"toObjectId": 700 + i % 5, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None}]},
                  {"toObjectId": 800 + i % 40, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None},
                                                                  {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}]}]
            return {"from": {"id": entry}, "to": to if i % 2 else to[1:]}
        need(len(body["inputs"]) <= 1000, "too many inputs")
        return self.batch(body, lambda entry: portal.deals[int(entry)]["number"] % 10, links)

    def owners(self, query):
        limit, after = int(query.get("limit", 100)), int(query.get("after", 0))
        gone = query.get("archived") == "true"
        owners = [{"id": str(500 + n), "email": "rep%d@example.com" % n, "firstName": "Rep", "lastName": "Nº%d" % n, "userId": n,
                   "archived": n == 6, "createdAt": stamp(0), "updatedAt": stamp(0)} for n in range(7) if (n == 6) == gone]
        rest = [owner for owner in owners if int(owner["id"]) > after]
        limit = min(limit, 4)  # pages, though there are few
        return self.page(rest[:limit], limit, rest[limit - 1]["id"] if len(rest) > limit else None)

    def pipelines(self):
        def stages(pipeline):
            return [{"id": stage, "label": portal.labels.get(stage, label), "displayOrder": n, "archived": False, "createdAt": stamp(0), "updatedAt": stamp(0),
                     "metadata": {"isClosed": closed, "probability": won}}
                    for n, (of, stage, label, closed, won) in enumerate(STAGES) if of == pipeline]
        return {"results": [{"id": pipeline, "label": label, "displayOrder": 0, "archived": False, "createdAt": stamp(0),
                             "updatedAt": stamp(0), "stages": stages(pipeline)}
                            for pipeline, label in (("default", "Sales"), ("7001", "Renewals"))]}

    def properties(self):
        return {"results": [{"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": "deals", "description": "",
                             "options": [], "archived": False} for name in portal.properties if name not in portal.lacking]}

    def result(self, path, query, body):
        asked = {
            ("GET", "/crm/v3/objects/deals"): lambda: (200, self.list_deals(query)),
            ("POST", "/crm/v3/objects/deals/search"): lambda: (200, self.search_deals(body)),
            ("POST", "/crm/v3/objects/deals/batch/read"): lambda: self.batch_deals(body),
            ("POST", "/crm/v3/objects/companies/batch/read"): lambda: self.batch_companies(body),
            ("POST", "/crm/v4/associations/deals/companies/batch/read"): lambda: self.batch_links(body),
            ("GET", "/crm/v3/objects/companies"): lambda: (200, self.page([], 1, None)),
            ("GET", "/crm/v3/owners"): lambda: (200, self.owners(query)),
            ("GET", "/crm/v3/pipelines/deals"): lambda: (200, self.pipelines()),
            ("GET", "/crm/v3/properties/deals"): lambda: (200, self.properties()),
            ("GET", "/account-info/v3/details"): lambda: (200, {"portalId": 4242, "uiDomain": "app-eu1.hubspot.com", "companyCurrency": "EUR", "timeZone": "UTC"}),
        }.get((self.command, path.rstrip("/")))
        return asked() if asked else (404, {"status": "error", "message": "no such place"})

    def answer(self):
        global portal
        self.cut = None
        data = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        path, _, query = self.path.partition("?")
        with lock:
            if path == "/mock":
                for line in data.splitlines():
                    if line.startswith("new"):
                        portal = Portal(int(line.split()[1]))
                    else:
                        portal.do(line.split(" "))
                return self.say(200, b"")
            with open(folder + "/requests", "a") as requests:
                requests.write("%s %s\n" % (self.command, self.path))
            if self.meets(portal.fault(path)):
                return None
            if self.headers.get("Authorization") != "Bearer " + TOKEN:
                return self.on_revoked()
            if len(self.path) > 16000:
                return self.wrong(414, "too long", "URI")
            values = {name: ",".join(value) for name, value in urllib.parse.parse_qs(query).items()}
            try:
                return self.say(*self.result(path, values, json.loads(data) if data else None))
            except Wrong as why:
                return self.wrong(400, str(why), "VALIDATION_ERROR")

    do_GET = do_POST = answer


@functools.lru_cache(maxsize=100000)
def number_of(text):
    return int(text) if text.isdigit() else milliseconds(text)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


portal = Portal(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
with Server(("127.0.0.1", 0), Answer) as server:
    with open(folder + "/port.new", "w") as port:
        port.write(str(server.server_address[1]))
    os.rename(folder + "/port.new", folder + "/port")
    server.serve_forever()

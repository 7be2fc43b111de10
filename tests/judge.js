/*
 * judge - messages held against what their receivers publish, and read back.
 *
 *	NODE_PATH=.build/judges/node_modules node judge.js SPECS < rendered deliveries
 *
 * Slack: its block types' schema and its lengths.  Teams: the schema of cards, the size.
 * Alertmanager: its own API, and its webhook's form.  Mail: mailparser, html-validate.  Prints
 * a line for each: what its reader would see, or what is wrong with it; then the status is 1.
 */
const fs = require('fs'), path = require('path');
const Ajv = require('ajv'), formats = require('ajv-formats');
const specs = process.argv[2];
const read = (...name) => fs.readFileSync(path.join(specs, ...name), 'utf8');

function compiled(schema, draft06) {
	const ajv = new Ajv({ strict: false, allErrors: false, allowUnionTypes: true });
	formats(ajv);
	if (draft06)
		ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
	return ajv.compile(schema);
}

const text = { type: 'string' }, labels = { type: 'object', additionalProperties: text };
const webhookSchema = {
	type: 'object',
	additionalProperties: false,
	required: ['version', 'groupKey', 'truncatedAlerts', 'status', 'receiver', 'groupLabels',
		'commonLabels', 'commonAnnotations', 'externalURL', 'alerts'],
	properties: {
		version: { const: '4' }, groupKey: text, truncatedAlerts: { type: 'integer' },
		status: { enum: ['firing', 'resolved'] }, receiver: text, groupLabels: labels,
		commonLabels: labels, commonAnnotations: labels, externalURL: text,
		alerts: { type: 'array', items: {
			type: 'object',
			additionalProperties: false,
			required: ['status', 'labels', 'annotations', 'startsAt', 'endsAt', 'generatorURL', 'fingerprint'],
			properties: {
				status: { enum: ['firing', 'resolved'] }, labels, annotations: labels,
				startsAt: { type: 'string', format: 'date-time' },
				endsAt: { type: 'string', format: 'date-time' },
				generatorURL: text, fingerprint: { type: 'string', minLength: 1 } } } } } };

function must(good, what) {
	if (!good)
		throw new Error(what);
}

function valid(check, value) {
	must(check(value), JSON.stringify(check.errors?.slice(0, 2)));
}

/* A schema takes long to compile: when it is first asked for. */
function once(make) {
	let made;
	return value => valid(made ??= make(), value);
}

/* The lengths that limits.txt states, which the schema does not hold. */
function slackLengths(body) {
	let all = body.text.length;
	const limit = (value, most, what) => must(value.length >= 1 && value.length <= most, `${what}: ${value.length} of ${most}`);
	const ids = new Set();
	must(body.blocks.length <= 50, `${body.blocks.length} blocks`);
	for (const block of body.blocks) {
		if (block.block_id !== undefined) {
			limit(block.block_id, 255, 'block_id');
			must(!ids.has(block.block_id), `block_id twice: ${block.block_id}`);
			ids.add(block.block_id);
		}
		if (block.type == 'header')
			limit(block.text.text, 150, 'header');
		if (block.type == 'section')
			limit(block.text.text, 3000, 'section');
		must((block.elements ?? []).length <= (block.type == 'actions' ? 25 : block.type == 'context' ? 10 : 5), 'elements');
		for (const element of block.elements ?? []) {
			if (element.type == 'mrkdwn')
				limit(element.text, 3000, 'context');
			for (const button of [element, element.positive_button, element.negative_button])
				if (button?.value !== undefined) {
					limit(button.value, 2000, 'value');
					limit(button.text.text, 75, 'button');
				}
		}
	}
	JSON.stringify(body.blocks, (key, value) => { if (key == 'text' && typeof value == 'string') all += value.length; return value; });
	must(all <= 13000, `${all} characters`);
}

const validSlack = once(() => compiled(JSON.parse(read('slack', 'blockkit-from-slack-types.schema.json'))));
const validCard = once(() => {
	/* It calls itself of draft 06, but names itself as draft 04 did. */
	const { id, ...cards } = JSON.parse(read('teams', 'adaptive-card-1.5.0.json'));
	return compiled(cards, true);
});
const validAlerts = once(() => compiled({
	definitions: require('yaml').parse(read('alertmanager', 'openapi.yaml')).definitions,
	$ref: '#/definitions/postableAlerts' }));
const validWebhook = once(() => compiled(webhookSchema));
const markdown = require('markdown-it')('commonmark');

const unescaped = t => t.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
/* Bold and links are ours; anything else in a line would have come from a value. */
function mrkdwn(t) {
	return t.split('\n').map(l => unescaped(l.replace(/<(https?:[^|>]*)\|([^>]*)>/g, '$2'))).join('\n');
}

function card(t) {
	const out = [];
	const tokens = markdown.parse(t, {});
	must(t.trim() == '' || (tokens.length == 3 && tokens[1].type == 'inline'), `card structure: ${JSON.stringify(t)}`);
	for (const token of tokens[1]?.children ?? []) {
		must(['text', 'text_special', 'strong_open', 'strong_close', 'link_open', 'link_close'].includes(token.type), `card ${token.type}: ${JSON.stringify(t)}`);
		if (token.type == 'link_open')
			must(/^https?:/.test(token.attrGet('href')), `link: ${t}`);
		out.push(token.content);
	}
	return out.join('');
}

const readers = {
	slack(body) {
		const value = JSON.parse(body);
		validSlack(value);
		slackLengths(value);
		return value.blocks.map(b => b.text?.type == 'mrkdwn' ? mrkdwn(b.text.text) : b.text?.text
			?? b.elements?.map(e => e.type == 'mrkdwn' ? mrkdwn(e.text) : `[${e.value ?? e.positive_button.value + '|' + e.negative_button.value}]`).join('\n'))
			.filter(x => x !== undefined).join('\n');
	},
	teams(body) {
		const value = JSON.parse(body);
		must(value.type == 'message' && value.attachments.length == 1 && value.attachments[0].contentType == 'application/vnd.microsoft.card.adaptive', 'envelope');
		validCard(value.attachments[0].content);
		must(value.attachments[0].content.version == '1.4', 'version');
		must(Buffer.byteLength(body) <= 20480, `${Buffer.byteLength(body)} bytes`);
		return value.attachments[0].content.body.map(b => card(b.text)).join('\n');
	},
	webhook(body) { validWebhook(JSON.parse(body)); return body; },
	alertmanager(body) {
		const value = JSON.parse(body);
		validAlerts(value);
		for (const alert of value) {
			must(alert.startsAt <= alert.endsAt, 'it ends before it starts');
			for (const [name, label] of Object.entries(alert.labels))
				must(/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && label != '', `label ${name}`);
		}
		return body;
	},
	exec(body) { must(JSON.parse(body).kind == 'message', 'kind'); return body; },
	terminal: body => body,
};

let validator;
async function mail(body) {
	const { simpleParser } = require('mailparser'), { HtmlValidate } = require('html-validate');
	const got = await simpleParser(body, { skipTextToHtml: true, skipHtmlToText: true });
	must(Buffer.from(body).toString('latin1').split('\r\n').every(l => l.length < 998), 'a line of 998');
	must(got.attachments.length == 0 && got.text && got.html, 'parts');
	validator ??= new HtmlValidate({ extends: ['html-validate:standard'], rules: {
		/* mail readers know no style sheets, but widths and colours of tables */
		'no-inline-style': 'off', 'no-deprecated-attr': 'off' } });
	const report = await validator.validateString(got.html);
	must(report.valid, JSON.stringify(report.results[0]?.messages.slice(0, 3).map(m => [m.ruleId, m.line, m.message])));
	must(!/<script|<img|<link|<iframe|url\(|src=|@import/i.test(got.html), 'something to fetch');
	return `${got.subject}\n${got.text}`;
}

(async () => {
	for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(l => l)) {
		const { channel, form, state, drill, content } = JSON.parse(line), told = { channel, form, state, drill };
		try {
			told.seen = await (readers[channel] ?? mail)(content.body);
		} catch (error) {
			told.wrong = error.message;
			process.exitCode = 1;
		}
		console.log(JSON.stringify(told));
	}
})();

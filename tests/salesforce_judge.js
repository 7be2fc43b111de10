// salesforce_judge - programs by others that judge our client and our org of tests/salesforce.py.
//
//	node salesforce_judge.js walk URL KEY      jsforce logs in by JWT and reads all there is
//	node salesforce_judge.js soql < QUERIES    soql-parser-js reads each query; a line each
//	node salesforce_judge.js jwt KEY AUDIENCE NOW < FORMS    jose verifies each assertion
//
// JUDGES is the folder that they are installed in.
const fs = require('fs'), path = require('path'), { createPublicKey, createPrivateKey } = require('crypto');
const { createRequire } = require('module'), { pathToFileURL } = require('url');
const from = createRequire(path.join(process.env.JUDGES, 'judge.js'));
const load = async (name) => import(pathToFileURL(from.resolve(name)));
const lines = () => fs.readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');

async function walk(url, key) {
	const { SignJWT } = await load('jose'), { Connection } = from('jsforce');
	const assertion = await new SignJWT({}).setProtectedHeader({ alg: 'RS256' }).setIssuer('client').setSubject('ann@example.com')
		.setAudience(url).setExpirationTime('3m').sign(createPrivateKey(fs.readFileSync(key)));
	const org = new Connection({ version: '60.0', loginUrl: url });
	await org.authorize({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
	const all = await org.query('SELECT Id, Owner.Name, SystemModstamp FROM Opportunity ORDER BY SystemModstamp, Id', { autoFetch: true, maxFetch: 50000 });
	console.log('query', all.totalSize, all.records.length, new Set(all.records.map((r) => r.Id)).size, all.records[0].Owner.Name);
	const every = await org.query('SELECT Id, IsDeleted FROM Opportunity', { autoFetch: true, maxFetch: 50000, scanAll: true });
	console.log('queryAll', every.records.length, every.records.filter((r) => r.IsDeleted).length);
	const some = await (await org.bulk2.query("SELECT Id, Name FROM Opportunity WHERE Id < '006000000000000300'", { pollInterval: 50 })).toArray();
	console.log('bulk2', some.length, JSON.stringify(some[0].Name));
	console.log('limit', org.limitInfo.apiUsage.limit);
	for (const wrong of ['SELECT Nothing__c FROM Opportunity', 'SELECT Id FROM Nothing', 'SELECT']) {
		const error = await org.query(wrong).then(() => 'taken', (no) => no.errorCode);
		console.log('refused', error);
	}
}

async function soql() {
	const { parseQuery, composeQuery } = from('@jetstreamapp/soql-parser-js');
	for (const line of lines()) {
		const query = parseQuery(line);
		console.log(query.sObject, query.fields.length, composeQuery(query) === line ? 'same' : composeQuery(query));
	}
}

async function jwt(key, audience, now) {
	const { jwtVerify } = await load('jose');
	for (const form of lines()) {
		const { payload, protectedHeader } = await jwtVerify(new URLSearchParams(form).get('assertion'),
			createPublicKey(fs.readFileSync(key)), { algorithms: ['RS256'], audience, currentDate: new Date(now), maxTokenAge: undefined });
		console.log(protectedHeader.alg, protectedHeader.typ, payload.iss, payload.sub, payload.exp - Date.parse(now) / 1000);
	}
}

({ walk, soql, jwt })[process.argv[2]](...process.argv.slice(3)).catch((error) => {
	console.log('judge:', error.message);
	process.exit(1);
});

// hubspot_judge - HubSpot's own client for Node walks the portal of tests/hubspot.py, and tells what
// it saw there.
//
//	node hubspot_judge.js URL TOKEN SINCE    SINCE: milliseconds, for search
//
// A line of JSON each: every deal, with the names of its stage, owner and company; then {search: [id...]}
// of what changed since, read page by page; {archived: [id...]}; {deep: status} of a search past
// its limit; {properties: [name...]}.  On 429 it waits and asks again, twice.
const { Client } = require(process.env.HUBSPOT_CLIENT);

const [url, token, since] = process.argv.slice(2);
const client = new Client({ accessToken: token, basePath: url, numberOfApiCallRetries: 3 });
const say = (value) => process.stdout.write(JSON.stringify(value) + '\n');
const wanted = ['dealname', 'amount', 'dealstage', 'hubspot_owner_id'];

async function pages(ask) {
	const all = [];

	for (let after; ;) {
		const page = await ask(after);

		all.push(...page.results);
		after = page.paging?.next?.after;
		if (!after)
			return all;
	}
}

function search(after) {
	return client.crm.deals.searchApi.doSearch({
		filterGroups: [{ filters: [{ propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: since }] }],
		sorts: [{ propertyName: 'hs_lastmodifieddate', direction: 'ASCENDING' }],
		properties: ['hs_lastmodifieddate'], limit: 100, after: after ?? '0' });
}

async function companies(deals) {
	const of = {};

	for (let i = 0; i < deals.length; i += 100) {
		const inputs = deals.slice(i, i + 100).map(({ id }) => ({ id }));
		const links = await client.crm.associations.v4.batchApi.getPage('deals', 'companies', { inputs });

		for (const { _from: from, to } of links.results)
			of[from.id] = String(to.find((link) => link.associationTypes.some(({ typeId }) => typeId === 5)).toObjectId);
	}
	const ids = [...new Set(Object.values(of))].map((id) => ({ id }));
	const read = await client.crm.companies.batchApi.read({ inputs: ids, properties: ['name'], propertiesWithHistory: [] });
	const names = new Map(read.results.map(({ id, properties }) => [id, properties.name]));

	return new Map(Object.entries(of).map(([deal, id]) => [deal, names.get(id) ?? id]));
}

async function main() {
	const owners = new Map();

	for (const archived of [false, true])
		for (const owner of await pages((after) => client.crm.owners.ownersApi.getPage(undefined, after, 100, archived)))
			owners.set(owner.id, owner.email);
	const pipelines = await client.crm.pipelines.pipelinesApi.getAll('deals');
	const stages = new Map(pipelines.results.flatMap(({ stages: all }) => all.map(({ id, label }) => [id, label])));
	const deals = await client.crm.deals.getAll(100, undefined, wanted);
	const names = await companies(deals);

	for (const { id, properties } of deals)
		say([id, properties.dealname, properties.amount, stages.get(properties.dealstage),
			owners.get(properties.hubspot_owner_id) ?? null, names.get(id) ?? null]);
	say({ search: (await pages(search)).map(({ id }) => id) });
	say({ archived: (await client.crm.deals.getAll(100, undefined, [], undefined, undefined, true)).map(({ id }) => id) });
	say({ deep: await search('10000').then(() => 200, ({ code }) => code) });
	say({ properties: (await client.crm.properties.coreApi.getAll('deals')).results.map(({ name }) => name) });
}

main().catch((error) => {
	console.error(String(error.message ?? error).split('\n')[0]);
	process.exitCode = 1;
});

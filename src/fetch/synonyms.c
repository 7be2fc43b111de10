#include "synonyms.h"

struct group {
	const char *ours, *theirs; /* in order, a blank between them */
};

static const struct group columns[] = {
	{ "deal_id", "dealid opportunityid oppid id recordid crmid uniqueid number key" },
	{ "name", "name title subject" },
	{ "created_date",
	    "createddate createdate datecreated created createdon createdat createdtime "
	    "addtime "
	    "creationdate creationtime engagedate opendate opened startdate" },
	{ "closed_date",
	    "closeddate closedate dateclosed actualclosedate closedon closedat closed "
	    "closingdate closetime wontime" },
	{ "expected_close_date",
	    "expectedclosedate expectedclose expectedclosingdate forecastclosedate "
	    "targetdate" },
	{ "outcome", "outcome result wonlost status state" },
	{ "amount",
	    "amount value totalvalue closevalue totalamount amountincompanycurrency "
	    "expectedrevenue revenue price size arr acv tcv" },
	{ "currency", "currency currencycode amountcurrency currencyisocode" },
	{ "stage", "stage stagename pipelinestage salesstage phase" },
	{ "account_id",
	    "accountid account accountname company companyname organization organisation "
	    "associatedcompany customer customername client" },
	{ "recorded_at", "recordedat" },
	{ "modified_at",
	    "modifiedat lastmodifieddate lastmodified modifieddate updatedat updatetime "
	    "lastupdated modifiedon modified" },
	{ "last_activity_date",
	    "lastactivitydate lastactivity lastcontacted noteslastcontacted "
	    "lastengagementdate" },
	{ "manager_id", "managerid manager managername ownermanager" },
	{ "lost_reason", "lostreason lossreason closedlostreason reasonlost reasonforloss" },
	{ "sales_cycle_days", "salescycledays cycledays daystoclose salescycle" },
	{ "sales_rep_id",
	    "salesrepid ownerid owner ownername salesrep rep repname salesagent agent "
	    "salesperson accountowner accountexecutive assignedto" },
	{ "industry", "industry sector vertical" },
	{ "region", "region territory regionaloffice area geo country market" },
	{ "product_type", "producttype product productfamily productline productname type" },
	{ "lead_source", "leadsource source originalsource originalsourcetype channel" },
};

static const struct group outcomes[] = {
	{ "won",
	    "won closedwon closedaswon win wonclosed successful success accepted "
	    "contractsigned "
	    "gewonnen gagne ganado true" },
	{ "lost",
	    "lost closedlost loss lostclosed unsuccessful declined rejected disqualified "
	    "verloren perdu perdido false" },
	{ "open",
	    "open new prospecting engaging qualification qualified needsanalysis discovery "
	    "demo "
	    "valueproposition iddecisionmakers perceptionanalysis proposal proposalpricequote "
	    "negotiation negotiationreview appointmentscheduled qualifiedtobuy "
	    "presentationscheduled decisionmakerboughtin contractsent contactmade leadin "
	    "demoscheduled proposalmade negotiationsstarted inprogress pending active" },
};

void
synonyms_plain(struct span name, char plain[SYNONYM_NAME_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < name.len && len < SYNONYM_NAME_MAX - 1; i++) {
		unsigned char c = (unsigned char)name.at[i];
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
			plain[len++] = (char)c;
	}
	plain[len] = '\0';
}

/* The place of a word in a list, from 1. */
static size_t
place(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 1; *list != '\0'; i++) {
		size_t step = strcspn(list, " ");
		if (step == len && strncmp(list, word, len) == 0)
			return i;
		list += step + (list[step] == ' ');
	}
	return 0;
}

static const char *
after_prefix(const char *plain)
{
	static const char *const prefixes[] = { "deal", "opportunity", "opp" };

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t len = strlen(prefixes[i]);
		if (strncmp(plain, prefixes[i], len) == 0 && plain[len] != '\0')
			return after_prefix(plain + len); /* "Deal - Deal created" */
	}
	return plain;
}

size_t
synonyms_rank(const char *field, struct span column)
{
	char plain[SYNONYM_NAME_MAX], ours[SYNONYM_NAME_MAX];

	synonyms_plain(column, plain);
	synonyms_plain(span(field), ours);
	if (strcmp(plain, ours) == 0)
		return 1;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		if (strcmp(columns[i].ours, field) != 0)
			continue;
		size_t rank = place(columns[i].theirs, plain);
		if (rank == 0)
			rank = place(columns[i].theirs, after_prefix(plain));
		return rank > 0 ? rank + 1 : 0;
	}
	return 0;
}

const char *
synonyms_outcome(struct span value)
{
	char plain[SYNONYM_NAME_MAX];

	synonyms_plain(value, plain);
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
		if (place(outcomes[i].theirs, plain) > 0)
			return outcomes[i].ours;
	return NULL;
}

#include <stdlib.h>

#include "mem.h"
#include "survival.h"

enum { OLDEST = 1000 }; /* days; older ones were open all that time */

struct ages {
	uint32_t decided[OLDEST + 1], left[OLDEST + 1]; /* by age, left undecided */
};

static void
count(const struct segments *segments, uint32_t segment, const struct cohort *cohort,
    struct ages *ages)
{
	const struct deals *deals = segments->deals;

	for (size_t i = 0; i < deals->count; i++) {
		const struct deal *deal = &deals->at[i];
		if (deal->created < cohort->from || deal->created > cohort->to
		    || deal->recorded < deal->created || !segments_has(segments, segment, i))
			continue;
		bool known = deal->recorded <= cohort->known;
		int32_t age = (known ? deal->recorded : cohort->known) - deal->created;
		if (age > OLDEST)
			ages->left[OLDEST]++;
		else if (known && (cohort->skip == NULL || !cohort->skip[i]))
			ages->decided[age]++;
		else
			ages->left[age]++;
	}
}

int32_t
survival_age(const struct segments *segments, uint32_t segment, const struct cohort *cohort,
    double share)
{
	struct ages *ages = mem_new(1, sizeof *ages);
	double open = 0, survived = 1;
	int32_t age;

	count(segments, segment, cohort, ages);
	for (age = 0; age <= OLDEST; age++)
		open += ages->decided[age] + ages->left[age];
	for (age = 0; age <= OLDEST && open > 0; age++) {
		survived *= 1 - ages->decided[age] / open;
		if (survived <= 1 - share + 1e-12)
			break;
		open -= ages->decided[age] + ages->left[age];
	}
	free(ages);
	return age <= OLDEST && open > 0 ? age : -1;
}

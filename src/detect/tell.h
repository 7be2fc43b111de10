/*
 * tell - whether the user wants to hear of an incident: of that kind, and as large as that.
 */
#ifndef TELL_H
#define TELL_H

#include "incidents.h"

void tell(const struct incidents *, struct incident *, int32_t today); /* if so */

#endif

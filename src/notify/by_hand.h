/*
 * by_hand - what a person does with the outbox: look, send again, give up.
 */
#ifndef BY_HAND_H
#define BY_HAND_H

#include "round.h"

int by_hand_do(const struct options *); /* the status: 66 no such delivery, 65 it was sent */

#endif

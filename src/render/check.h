/*
 * check - whether all templates of a folder can be used: those that any channel or form asks
 * for are there, and every one is read.  What is wrong ends the program (78), naming file
 * and line.
 */
#ifndef CHECK_H
#define CHECK_H

void check_templates(const char *dir);

#endif

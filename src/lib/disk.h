/*
 * disk - what must be on the disk before anybody is told that it is done.
 *
 * disk_sync waits for the bytes of a file; disk_sync_folder for the names in the folder that
 * the file stands in, without which a new name may be forgotten.  Failing ends the program:
 * the disk (74), rights (77), anything else (73).
 */
#ifndef DISK_H
#define DISK_H

void disk_sync(const char *path);
void disk_sync_folder(const char *path);

/* The end, with the status that errno asks for, or else this one. */
_Noreturn void disk_fail(int otherwise, const char *path);

#endif

/*
 * store_script - tables that a program carries within it, as schemas/store has them.
 */
#ifndef STORE_SCRIPT_H
#define STORE_SCRIPT_H

#define SCRIPT(name, path) \
	__asm__(".section .rodata\n" \
		".global " #name "\n" #name ":\n" \
		".incbin \"schemas/store/" path "\"\n" \
		".byte 0\n" \
		".previous\n"); \
	extern const char name[]

#endif

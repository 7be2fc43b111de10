load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "a new file takes the name, with its mode, and says nothing" {
	echo old > file
	(umask 077; echo new > file.new)
	run --separate-stderr settle file.new file
	expect 0 "" ""
	[[ $(cat file) == new && $(stat -c %a file) == 600 && ! -e file.new ]]
}

@test "where there was no file, there is one now" {
	echo new > file.new
	run --separate-stderr settle file.new file
	expect 0 "" ""
	[[ $(cat file) == new && ! -e file.new ]]
}

@test "the same content leaves the file alone, its time too" {
	echo same | tee file > file.new
	touch -d 2020-01-01 file
	was=$(stat -c '%i %Y' file)
	run --separate-stderr settle file.new file
	expect 0 "" ""
	[[ $(stat -c '%i %Y' file) == "$was" && ! -e file.new ]]
}

@test "a difference in the last byte of many is a difference" {
	head -c 300000 /dev/urandom > file
	cp file file.new
	printf x | dd of=file.new bs=1 seek=299999 conv=notrunc status=none
	cp file.new wanted
	settle file.new file
	cmp file wanted
	head -c 65536 /dev/zero | tee file > file.new
	touch -d 2020-01-01 file
	settle file.new file
	[[ $(stat -c %Y file) == $(date -d 2020-01-01 +%s) ]]
}

@test "two empty files are the same, and an empty one replaces a full one" {
	touch -d 2020-01-01 file
	: > file.new
	settle file.new file
	[[ $(stat -c %Y file) == $(date -d 2020-01-01 +%s) ]]
	echo full > file
	: > file.new
	settle file.new file
	[[ -e file && ! -s file ]]
}

@test "bytes first, then the name, then the folder" {
	echo new > file.new
	strace -o trace -e trace=fsync,rename settle file.new file
	run --separate-stderr sed 's/(.*//; /^+/d' trace
	expect 0 $'fsync\nrename\nfsync' ""
	echo new > file.new
	strace -o trace -e trace=fsync,unlink settle file.new file
	run --separate-stderr sed 's/(.*//; /^+/d' trace
	expect 0 $'fsync\nfsync\nunlink' ""
}

@test "without a new file there is nothing to do it with" {
	echo old > file
	run --separate-stderr settle file.new file
	expect 66 "" "settle: file.new: No such file or directory"
	mkdir file.new
	run --separate-stderr settle file.new file
	expect 66 "" "settle: file.new: not a regular file"
	[[ $(cat file) == old ]]
}

@test "what is no file, or no place for one, is refused" {
	echo new > file.new
	mkdir folder
	run --separate-stderr settle file.new folder
	expect 73 "" "settle: folder: not a regular file"
	run --separate-stderr settle file.new /dev/null
	expect 73 "" "settle: /dev/null: not a regular file"
	run --separate-stderr settle file.new no/file
	expect 73 "" "settle: no/file: No such file or directory"
	[[ -c /dev/null && $(cat file.new) == new ]]
}

@test "a file is not settled as itself" {
	echo new > file
	ln file link
	for other in file ./file link; do
		run --separate-stderr settle file "$other"
		expect 64 "" "settle: file and $other are the same file"
	done
	[[ $(cat file) == new ]]
}

@test "no right to the folder is told, and the file stays" {
	mkdir folder
	echo new > folder/file.new
	run --separate-stderr strace -f -o trace -e trace=rename -e inject=rename:error=EACCES settle folder/file.new folder/file
	expect 77 "" "settle: folder/file: Permission denied"
	run --separate-stderr strace -f -o trace -e trace=rename -e inject=rename:error=EXDEV settle folder/file.new folder/file
	expect 73 "" "settle: folder/file: Invalid cross-device link"
	[[ $(cat folder/file.new) == new && ! -e folder/file ]]
}

@test "wrong use is told by the usage line, which is the manual's" {
	for args in "" "a" "a b c" "--unknown a b"; do
		# shellcheck disable=SC2086
		run --separate-stderr settle $args
		expect 64 "" "*usage: settle NEW FILE"
	done
	run --separate-stderr settle --help
	[[ $status == 0 && $output == "example: "*"usage: settle NEW FILE"* ]]
	run --separate-stderr bash -c 'settle --help > /dev/full'
	expect 74 "" "settle: stdout: No space left on device"
	[[ $(mandoc -T ascii "$root/src/settle/settle.1" | col -b) == *"SYNOPSIS"*"settle NEW FILE"* ]]
	run --separate-stderr settle --version
	[[ $status == 0 && $output == "settle (saleswatch) "* ]]
}

# reads FILE SECONDS: how many readings, a thousand a second, and how many of them were not one whole file.
reads() {
	python3 - "$1" "$2" <<-'END'
	import sys, time
	path, end, count, partial = sys.argv[1], time.time() + float(sys.argv[2]), 0, 0
	while time.time() < end:
	    text = open(path).read()
	    count += 1
	    partial += len(text) != 200000 or len(set(text)) != 1
	    time.sleep(0.001)
	print(count, partial)
	END
}

@test "who reads a thousand times a second sees whole files alone; one written in place is seen half" {
	write() { head -c 200000 /dev/zero | tr '\0' "$1"; }
	write a > file
	reads file 1.5 > seen &
	for i in {1..60}; do write $((i % 10)) > new && settle new file; done
	wait $!
	read -r count partial < seen
	(( count > 100 && partial == 0 )) || { cat seen; return 1; }
	reads file 1 > seen &
	for i in {1..60}; do write $((i % 10)) > file; done
	wait $!
	read -r count partial < seen
	(( partial > 0 )) || { cat seen; return 1; }
}

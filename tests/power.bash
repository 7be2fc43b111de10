# power - a file system of a test's own, on a loop file, whose power can be cut: what was not on
# the disk by then is not there when it is mounted again.  See power.bats.
#
# A writer is a command that is given a folder on that file system and a file outside of it, in
# which it says what is done; it ends when its disk is gone.  A checker is given the same two.

# power_needed FS: or the test is skipped aloud.
power_needed() {
	local tool
	PATH=$PATH:/usr/sbin:/sbin
	(( $(id -u) == 0 )) || skip "only root may mount a file system"
	for tool in "mkfs.$1" xfs_io losetup; do
		command -v "$tool" > /dev/null || skip "no $tool here"
	done
	disk=$BATS_TEST_TMPDIR/disk mounted=$BATS_TEST_TMPDIR/mounted
	truncate -s 320M "$disk"
	"mkfs.$1" -q "$disk" > "$BATS_TEST_TMPDIR/mkfs" 2>&1 || skip "mkfs.$1: $(tail -n 1 "$BATS_TEST_TMPDIR/mkfs")"
	mkdir "$mounted"
	power_on 2> "$BATS_TEST_TMPDIR/mount" || skip "no $1 can be mounted here: $(cat "$BATS_TEST_TMPDIR/mount")"
}

power_on() { mount -o loop "$disk" "$mounted"; }

# At once: nothing more is written, not even what the kernel holds.
power_cut() { xfs_io -x -c shutdown "$mounted"; }

power_off() { ! mountpoint -q "${mounted-/none}" || umount "$mounted" || umount -l "$mounted"; }

# As if there had been none.
power_away() { power_off && rm -rf "$disk" "$mounted"; }

# cut_and_check WRITER CHECKER CUTS [SECONDS=0.6]: as often, each time at another moment of it.
cut_and_check() {
	local cut at said=$BATS_TEST_TMPDIR/said writer status
	for ((cut = 1; cut <= $3; cut++)); do
		find "$mounted" -mindepth 1 ! -path "$mounted/lost+found" -delete
		sync -f "$mounted"
		: > "$said"
		"$1" "$mounted" "$said" > "$BATS_TEST_TMPDIR/writer" 2>&1 3>&- &
		writer=$!
		until [[ -s $said ]]; do
			kill -0 $writer 2> /dev/null || { cat "$BATS_TEST_TMPDIR/writer"; return 1; }
			sleep 0.01
		done
		at=$(awk -v most="${4-0.6}" -v seed="$RANDOM" 'BEGIN { srand(seed); printf "%.3f", rand() * most }')
		sleep "$at"
		# what is said from here on nobody would have heard: a cut takes a moment here, in which xfs says
		# yes to an fsync of a folder that it has given up
		cp "$said" "$said.heard"
		power_cut
		status=0
		wait $writer || status=$?
		(( status != 0 )) || { echo "cut $cut: its writer did not feel it"; return 1; }
		umount "$mounted" && power_on || return
		"$2" "$mounted" "$said.heard" || { echo "cut $cut, ${at} s after the first was done:"; tail -n 3 "$said.heard"; return 1; }
	done
}

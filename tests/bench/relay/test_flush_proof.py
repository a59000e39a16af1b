# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof must be able to fail: traces in which something is missing or in the wrong order."""
import unittest

import flush_proof

LOG = "/spool/log/00000001.log"
RECORD = f'7 write(5<{LOG}>, "RWL1 by relay with ESMTP id 1-A; Sun", 40) = 40'
FLUSH = f"7 fdatasync(5<{LOG}>) = 0"
REPLY = '8 sendto(9<socket:[44]>, "250 2.0.0 Ok: queued as 1-A\\r\\n", 30, 0, NULL, 0) = 30'
FILE = '8 write(6</spool/bodies/abc>, "by relay with ESMTP id 1-A; Sun", 40) = 40'
NAMED = f'7 write(5<{LOG}>, "RWL1 abc", 40) = 40'
FILE_FLUSH = "9 fsync(6</spool/bodies/abc>) = 0"
FOLDER_FLUSH = "9 fsync(4</spool/bodies>) = 0"


class Proof(unittest.TestCase):
    def faults(self, *lines):
        replies, _, faults = flush_proof.look(lines)
        self.assertEqual(replies, 1)
        return faults

    def test_a_reply_behind_its_flush_is_covered(self):
        self.assertEqual(self.faults(RECORD, FLUSH, REPLY), [])

    def test_a_reply_without_a_flush_is_not(self):
        self.assertTrue(self.faults(RECORD, REPLY, FLUSH))

    def test_a_flush_that_failed_is_none(self):
        self.assertTrue(self.faults(RECORD, FLUSH.replace("= 0", "= -1 EIO (Input/output error)"), REPLY))

    def test_a_flush_that_began_before_the_record_is_none(self):
        self.assertTrue(self.faults(f"7 fdatasync(5<{LOG}> <unfinished ...>", RECORD.replace("7 ", "6 ", 1), "7 <... fdatasync resumed>) = 0", REPLY))

    def test_a_flush_that_is_not_back_is_none(self):
        self.assertTrue(self.faults(RECORD, f"7 fdatasync(5<{LOG}> <unfinished ...>", REPLY, "7 <... fdatasync resumed>) = 0"))

    def test_a_flush_that_came_back_in_time_is_one(self):
        self.assertEqual(self.faults(RECORD, f"7 fdatasync(5<{LOG}> <unfinished ...>", "7 <... fdatasync resumed>) = 0", REPLY), [])

    def test_a_reply_for_nothing_is_not_covered(self):
        self.assertTrue(self.faults(FLUSH, REPLY))

    def test_a_file_is_flushed_with_its_folder_before_the_log(self):
        self.assertEqual(self.faults(FILE, FILE_FLUSH, FOLDER_FLUSH, NAMED, FLUSH, REPLY), [])
        self.assertTrue(self.faults(FILE, FOLDER_FLUSH, NAMED, FLUSH, REPLY))
        self.assertTrue(self.faults(FILE, FILE_FLUSH, NAMED, FLUSH, REPLY))
        self.assertTrue(self.faults(FILE, FILE_FLUSH, FOLDER_FLUSH, NAMED, REPLY, FLUSH))
        self.assertTrue(self.faults(FILE, FILE_FLUSH, FOLDER_FLUSH, FLUSH, REPLY))
        self.assertTrue(self.faults(FILE, FILE_FLUSH, FILE, FOLDER_FLUSH, NAMED, FLUSH, REPLY))


if __name__ == "__main__":
    unittest.main()

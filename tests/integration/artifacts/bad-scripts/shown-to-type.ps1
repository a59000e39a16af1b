# SPDX-License-Identifier: GPL-3.0-or-later
# expect: has no parameter -Foo
#     Get-Recipient -Foo 'x'
Get-Recipient -Identity 'x'

# SPDX-License-Identifier: GPL-3.0-or-later
# expect: New-HVEAccount is not in the list of cmdlets
New-HVEAccount -Name 'x'

# SPDX-License-Identifier: GPL-3.0-or-later
# expect: nothing
foreach ($x in $y) {
    if (-not $PSCmdlet.ShouldProcess('x', 'y')) {
        continue
    }
    Set-CASMailbox -Identity 'x' -SmtpClientAuthenticationDisabled $false
}

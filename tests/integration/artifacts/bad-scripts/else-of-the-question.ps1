# SPDX-License-Identifier: GPL-3.0-or-later
# expect: does not ask
if ($PSCmdlet.ShouldProcess('x', 'y')) {
    Get-Recipient -Identity 'x'
} else {
    Set-CASMailbox -Identity 'x' -SmtpClientAuthenticationDisabled $false
}

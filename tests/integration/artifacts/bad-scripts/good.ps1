# SPDX-License-Identifier: GPL-3.0-or-later
# expect: nothing
if ($PSCmdlet.ShouldProcess('x', 'y')) {
    Set-CASMailbox -Identity 'it''s ’’ $(calc)' -SmtpClientAuthenticationDisabled $false
}

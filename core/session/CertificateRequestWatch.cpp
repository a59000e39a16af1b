// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CertificateRequestWatch.h"

#include <openssl/ssl.h>

namespace relaywright {

namespace {

/// Whose handshake begins now in this thread.
thread_local CertificateRequestWatch::State *beginning = nullptr;

void onMessage(int isWrite, int, int contentType, const void *octets, std::size_t size, SSL *, void *state)
{
    if (isWrite == 0 && contentType == SSL3_RT_HANDSHAKE && size > 0
        && *static_cast<const unsigned char *>(octets) == SSL3_MT_CERTIFICATE_REQUEST)
        static_cast<CertificateRequestWatch::State *>(state)->asked = true;
}

/// OpenSSL calls this for every connection it makes, in the thread that makes it.
void onNewConnection(void *parent, void *, CRYPTO_EX_DATA *, int, long, void *)
{
    if (!beginning)
        return;
    auto *connection = static_cast<SSL *>(parent);
    SSL_set_msg_callback(connection, &onMessage);
    SSL_set_msg_callback_arg(connection, beginning);
}

void watchNewConnections()
{
    static const int index = SSL_get_ex_new_index(0, nullptr, &onNewConnection, nullptr, nullptr);
    (void)index;
}

} // namespace

CertificateRequestWatch::CertificateRequestWatch() : m_state(std::make_unique<State>()) {}

CertificateRequestWatch::~CertificateRequestWatch() = default;

void CertificateRequestWatch::during(const std::function<void()> &begin)
{
    watchNewConnections();
    State *const before = std::exchange(beginning, m_state.get());
    begin();
    beginning = before;
}

} // namespace relaywright

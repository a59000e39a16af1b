// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

namespace relaywright {

class DomainLookup;
class NetworkForm;
class NetworkPicker;
class OrganisationForm;

/// What is known of the organisation and its networks; every answer can be changed here, and undone.
class SitePage : public Page {
    Q_OBJECT
public:
    explicit SitePage(Services &services, QWidget *parent = nullptr);
    /// Puts the cursor into an answer about the organisation, or about a network: the name of the draft's member.
    bool showAnswer(const QString &field);
    bool showAnswer(const QString &network, const QString &field);

private:
    void refresh();
    void storeOrganisation();
    void storeNetwork();
    void showNetwork();
    Services &m_services;
    OrganisationForm *m_organisation;
    NetworkPicker *m_picker;
    NetworkForm *m_network;
    DomainLookup *m_lookup;
    QString m_shownNetwork;
};

} // namespace relaywright

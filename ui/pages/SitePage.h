// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

namespace relaywright {

class DomainLookup;
class NetworkForm;
class OrganisationForm;

/// What is known of the organisation and its network; every answer can be changed here, and undone.
class SitePage : public Page {
    Q_OBJECT
public:
    explicit SitePage(Services &services, QWidget *parent = nullptr);

private:
    void refresh();
    void storeOrganisation();
    void storeNetwork();
    Services &m_services;
    OrganisationForm *m_organisation;
    NetworkForm *m_network;
    DomainLookup *m_lookup;
};

} // namespace relaywright

package io.calicofleet.runtime.http;

/** How a service asks the planner for somebody else, whom it knows; the planner's file of access says whether it may. */
public final class Delegation {

    /** Of whom: their name as the planner knows them, or their mail address. */
    public static final String ON_BEHALF_OF = "Calico-Fleet-On-Behalf-Of";

    /** How the service knows them, such as {@code T024BE7LD/U0G9QF9C6}: it is written into the audit. */
    public static final String KNOWN_BY = "Calico-Fleet-Known-By";

    private Delegation() {}
}

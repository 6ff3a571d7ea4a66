package io.calicofleet.planner.core.route;

/** How clusters of one install method are upgraded. One class each; {@link Routes} knows them all. */
public interface Route {

    /**
     * The steps that follow the inspection. A step that has nothing to do is left out, so the list may be empty.
     *
     * @param request what was found and what is wanted; the preflight had no objection to it
     */
    RoutePlan plan(UpgradeRequest request);
}

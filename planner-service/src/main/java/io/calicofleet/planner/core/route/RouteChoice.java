package io.calicofleet.planner.core.route;

import static java.util.Objects.requireNonNull;

/** How an install method is dealt with: by a route, or not at all and why. */
public sealed interface RouteChoice permits RouteChoice.Upgraded, RouteChoice.Refused {

    /**
     * It is upgraded.
     *
     * @param route how
     */
    record Upgraded(Route route) implements RouteChoice {

        public Upgraded {
            requireNonNull(route, "route");
        }
    }

    /**
     * It is not.
     *
     * @param sentence why, and what to do instead
     */
    record Refused(String sentence) implements RouteChoice {

        public Refused {
            requireNonNull(sentence, "sentence");
        }
    }
}

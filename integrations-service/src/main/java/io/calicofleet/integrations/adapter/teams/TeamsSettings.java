package io.calicofleet.integrations.adapter.teams;

import io.calicofleet.integrations.core.Glob;
import java.net.URI;
import java.util.List;

/**
 * What the file of Teams says. It holds secrets, the address among them: its text tells nothing of it.
 *
 * @param name of the channel, for us
 * @param url of the workflow
 * @param campaigns of which campaigns it is told; empty: all
 * @param all whether each phase is told
 * @param planner where the planner's REST is
 * @param plannerToken as whom it is asked
 * @param page where the page is, for people, with a slash at its end
 */
record TeamsSettings(
        String name, URI url, List<Glob> campaigns, boolean all, URI planner, String plannerToken, URI page) {

    TeamsSettings {
        campaigns = List.copyOf(campaigns);
    }

    @Override
    public String toString() {
        return "Teams, " + name;
    }
}

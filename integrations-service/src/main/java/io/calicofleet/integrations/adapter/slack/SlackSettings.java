package io.calicofleet.integrations.adapter.slack;

import io.calicofleet.integrations.core.Glob;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the file of Slack says. It holds secrets: its text tells nothing of it.
 *
 * @param channel the id of the channel
 * @param campaigns of which campaigns it is told; empty: all
 * @param all whether each phase is told
 * @param botToken of the app
 * @param appToken of the app, for Socket Mode; null: there is none
 * @param signingSecret of the app, for HTTP; null: nothing is taken by HTTP
 * @param api the base of Slack's Web API, with a slash at its end
 * @param planner where the planner's REST is
 * @param plannerToken as whom it is asked
 * @param page where the page is, for people; null: nobody said
 * @param users the planner's names of people, by their ids in Slack
 * @param mail whether others are known by the mail address of their profile
 */
record SlackSettings(
        String channel,
        List<Glob> campaigns,
        boolean all,
        String botToken,
        @Nullable String appToken,
        @Nullable String signingSecret,
        URI api,
        URI planner,
        String plannerToken,
        @Nullable URI page,
        Map<String, String> users,
        boolean mail) {

    SlackSettings {
        campaigns = List.copyOf(campaigns);
        users = Map.copyOf(users);
    }

    @Override
    public String toString() {
        return "Slack, channel " + channel;
    }
}

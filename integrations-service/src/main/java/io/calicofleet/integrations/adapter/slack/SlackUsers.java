package io.calicofleet.integrations.adapter.slack;

import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.response.users.UsersInfoResponse;
import com.slack.api.model.User;
import io.calicofleet.integrations.port.Planner.OnBehalf;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Who somebody in Slack is to the planner: by the file of users, else by the mail address of their profile. */
final class SlackUsers {

    private final MethodsClient slack;
    private final Map<String, String> names;
    private final boolean mail;

    /**
     * Those of a file.
     *
     * @param names the planner's names, by their ids in Slack
     * @param mail whether others are known by their mail address
     */
    SlackUsers(MethodsClient slack, Map<String, String> names, boolean mail) {
        this.slack = slack;
        this.names = Map.copyOf(names);
        this.mail = mail;
    }

    /**
     * Who it is; empty: nobody the planner could know.
     *
     * @param team of the request, and the only one whose members count
     * @throws IOException where Slack does not say
     */
    Optional<OnBehalf> find(String team, String user) throws IOException {
        String how = team + "/" + user;
        if (names.containsKey(user)) {
            return Optional.of(new OnBehalf(String.valueOf(names.get(user)), how));
        }
        if (!mail) {
            return Optional.empty();
        }
        try {
            UsersInfoResponse answer = slack.usersInfo(asked -> asked.user(user));
            if (!answer.isOk()) {
                throw new IOException("Slack says " + answer.getError()
                        + (answer.getNeeded() == null ? "" : "; the app needs the scope " + answer.getNeeded()));
            }
            return Optional.ofNullable(answer.getUser())
                    .filter(found -> isMember(found, team))
                    .map(User::getProfile)
                    .map(User.Profile::getEmail)
                    .filter(address -> address.matches("[^@\\s\\p{Cntrl}]{1,100}@[^@\\s\\p{Cntrl}]{1,100}")
                            && address.chars().allMatch(letter -> letter < 128))
                    .map(address -> new OnBehalf(address, how));
        } catch (SlackApiException e) {
            throw new IOException("Slack answered " + e.getResponse().code(), e);
        }
    }

    /** Whoever comes from another workspace, or is a guest, a bot, or gone, has an address that others vouch for, or nobody. */
    private static boolean isMember(User user, String team) {
        return team.equals(user.getTeamId())
                && user.isEmailConfirmed()
                && !user.isDeleted()
                && !user.isBot()
                && !user.isStranger()
                && !user.isRestricted()
                && !user.isUltraRestricted();
    }
}

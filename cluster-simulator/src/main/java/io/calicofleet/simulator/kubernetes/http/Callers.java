package io.calicofleet.simulator.kubernetes.http;

import com.sun.net.httpserver.HttpExchange;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import io.calicofleet.simulator.kubernetes.rbac.Accounts;
import io.calicofleet.simulator.kubernetes.rbac.Rbac;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who sends a request: by a token, without any, or in the name of somebody else. */
final class Callers {

    /** From here on a refusal tells the user that somebody wanted to be. */
    private static final int TELLS_USERS = 36;
    /** From here on there are uids to be had. */
    private static final int KNOWS_UIDS = 22;

    private static final String BEARER = "Bearer ";
    private static final String MASTERS = "system:masters";
    private static final List<String> FOR_ALL = List.of("healthz", "livez", "readyz", "version");
    private static final List<String> DISCOVERY =
            List.of("api", "apis", "healthz", "livez", "openapi", "readyz", "version");
    private static final Account ANONYMOUS = Account.ofUser("system:anonymous", List.of("system:unauthenticated"));

    private final String token;
    private final Accounts accounts;
    private final Rbac rbac;
    private final int minor;

    Callers(String token, Accounts accounts, Rbac rbac, int minor) {
        this.minor = minor;
        this.token = token;
        this.accounts = accounts;
        this.rbac = rbac;
    }

    /**
     * Whose rights count; null for those of the cluster's own token.
     *
     * @throws ApiException 401 where a token is nobody's, 403 where somebody may not be the other
     */
    @Nullable
    Account of(HttpExchange exchange) {
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        Account caller;
        if (shown == null || shown.isEmpty()) {
            caller = ANONYMOUS;
        } else {
            caller = shown.startsWith(BEARER) ? accounts.of(shown.substring(BEARER.length())) : null;
            if (caller == null && !shown.equals(BEARER + token)) {
                throw new ApiException(401, "Unauthorized", "Unauthorized");
            }
        }
        return impersonated(exchange, caller);
    }

    /** Groups or a uid of nobody. */
    private ApiException nobody(List<String> groups, String uid) {
        if (minor >= TELLS_USERS) {
            String named = groups.isEmpty()
                    ? "[]string(nil)"
                    : groups.stream().collect(Collectors.joining("\", \"", "[]string{\"", "\"}"));
            return ApiException.badRequest("requested &user.DefaultInfo{Name:\"\", UID:\"" + uid + "\", Groups:" + named
                    + ", Extra:map[string][]string(nil)} without impersonating a user name");
        }
        return ApiException.badRequest("requested "
                + (groups.isEmpty()
                        ? "[{UID  " + uid + "  authentication.k8s.io/v1  }]"
                        : "[{Group  " + String.join(" ", groups) + "    }]")
                + " without impersonating a user");
    }

    private @Nullable Account impersonated(HttpExchange exchange, @Nullable Account caller) {
        String user = exchange.getRequestHeaders().getFirst("Impersonate-User");
        List<String> groups = exchange.getRequestHeaders().getOrDefault("Impersonate-Group", List.of());
        String uid = minor < KNOWS_UIDS ? null : exchange.getRequestHeaders().getFirst("Impersonate-Uid");
        if (user == null || user.isEmpty()) {
            if (!groups.isEmpty() || uid != null) {
                throw nobody(groups, uid == null ? "" : uid);
            }
            return caller;
        }
        if (caller != null) {
            may(caller, "users", user);
            groups.forEach(group -> may(caller, "groups", group));
        }
        Account named = Accounts.named(user);
        if (named != null && groups.isEmpty()) {
            return named;
        }
        if (groups.contains(MASTERS)) {
            return null;
        }
        List<String> all = new ArrayList<>(groups);
        all.add(user.equals(ANONYMOUS.user()) ? "system:unauthenticated" : "system:authenticated");
        return Account.ofUser(user, all);
    }

    private void may(Account caller, String resource, String name) {
        Access access = new Access("impersonate", "", resource, "", name);
        if (!rbac.allows(caller, access)) {
            throw ApiException.forbidden(access, access.refusal(caller.user()));
        }
    }

    /** Refuses somebody what is no resource and not for everybody. */
    static void mayRead(Account account, Request request) {
        String first = request.path().isEmpty() ? "" : request.path().get(0);
        boolean known = account.groups().contains("system:authenticated");
        if (!(known ? DISCOVERY : FOR_ALL).contains(first)) {
            throw new ApiException(
                    403,
                    "Forbidden",
                    "forbidden: User \"" + account.user() + "\" cannot get path \"/" + String.join("/", request.path())
                            + "\"");
        }
    }
}

package io.calicofleet.simulator.kubernetes.rbac;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The tokens of a cluster's service accounts. */
public final class Accounts {

    private static final String PREFIX = "system:serviceaccount:";

    private final Map<String, Account> byToken = new ConcurrentHashMap<>();

    /** A new token for a service account; whether that is there does not matter, only what is bound to it. */
    public Account issue(String namespace, String name) {
        Account account = new Account(namespace, name);
        byToken.put(account.token(), account);
        return account;
    }

    /** From now on its token is nobody's; other tokens of the account are as good as before. */
    public void revoke(Account account) {
        byToken.remove(account.token());
    }

    /** Whose token this is; null where it is nobody's. */
    public @Nullable Account of(String token) {
        return byToken.get(token);
    }

    /** The account a user's name stands for; null where it stands for none. */
    public static @Nullable Account named(String user) {
        List<String> parts = List.of(user.split(":", -1));
        return user.startsWith(PREFIX) && parts.size() == 4 ? new Account(parts.get(2), parts.get(3)) : null;
    }
}

package dev.driftmend.aws.resource;

import dev.driftmend.aws.client.Chunks;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Item;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import dev.driftmend.port.UnexpectedAnswer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.Filter;

/** What the adapters of all kinds have in common. */
public final class Observations {
  /** The most values that one filter of a describe call takes. */
  public static final int FILTER_VALUES = 200;

  /** The most results that EC2 gives in one page. */
  public static final int PAGE = 1000;

  private Observations() {}

  /** What is observed; each resource is unreadable if that was denied. */
  public static Map<String, Observed> unlessDenied(
      Collection<Resource> resources, Supplier<Map<String, Observed>> observe) {
    try {
      return observe.get();
    } catch (DeniedFailure e) {
      return unreadable(resources, e);
    }
  }

  /**
   * Each resource as one describe call lists it by its physical id; what is not listed is gone, and
   * each is unreadable if the call was denied.
   *
   * @param describe gets no more ids than one filter takes, and answers all pages
   */
  public static <T> Map<String, Observed> described(
      Collection<Resource> resources,
      Function<List<String>, List<T>> describe,
      Function<T, String> id,
      BiFunction<T, Resource, Observed> found) {
    return unlessDenied(
        resources, () -> matched(resources, listed(ids(resources), describe), id, found));
  }

  /**
   * All that a describe call lists of some filter values.
   *
   * @param describe gets no more values than one filter takes, and answers all pages
   */
  public static <T> List<T> listed(
      Collection<String> values, Function<List<String>, List<T>> describe) {
    var listed = new ArrayList<T>();
    Chunks.of(List.copyOf(values), FILTER_VALUES)
        .forEach(some -> listed.addAll(describe.apply(some)));
    return listed;
  }

  /**
   * By logical id, each resource as it is listed by its physical id; what is not listed is gone.
   */
  public static <T> Map<String, Observed> matched(
      Collection<Resource> resources,
      Collection<T> listed,
      Function<T, String> id,
      BiFunction<T, Resource, Observed> found) {
    var byId = new HashMap<String, T>();
    listed.forEach(one -> byId.putIfAbsent(id.apply(one), one));
    var observed = new HashMap<String, Observed>();
    for (var resource : resources) {
      var one = byId.get(resource.ref().physicalId());
      observed.put(
          resource.ref().logicalId(),
          one == null ? new Observed.Gone() : found.apply(one, resource));
    }
    return observed;
  }

  public static Map<String, Observed> unreadable(
      Collection<Resource> resources, DeniedFailure why) {
    var observed = new HashMap<String, Observed>();
    resources.forEach(
        r -> observed.put(r.ref().logicalId(), new Observed.Unreadable(Failures.explain(why))));
    return observed;
  }

  public static Map<String, Observed> unreadable(
      Collection<Resource> resources, UnexpectedAnswer why) {
    var observed = new HashMap<String, Observed>();
    resources.forEach(
        r ->
            observed.put(
                r.ref().logicalId(), new Observed.Unreadable(String.valueOf(why.getMessage()))));
    return observed;
  }

  /** Each resource on its own, all at once; by logical id. */
  public static Map<String, Observed> each(
      Collection<Resource> resources, Function<Resource, Observed> observe) {
    var observed = new HashMap<String, Observed>();
    Parallel.map(resources, r -> Map.entry(r.ref().logicalId(), observe.apply(r)))
        .forEach(e -> observed.put(e.getKey(), e.getValue()));
    return observed;
  }

  /**
   * The same for a service that is asked by names: what is gone fails a call for all that it names.
   * Each resource is observed on its own, all at once.
   *
   * @param found gets null for one that is gone
   */
  public static <T> Map<String, Observed> named(
      Collection<Resource> resources,
      int perCall,
      Set<String> notFound,
      Function<List<String>, List<T>> describe,
      Function<T, String> id,
      BiFunction<Resource, @Nullable T, Observed> found) {
    return unlessDenied(
        resources,
        () -> {
          var live = new HashMap<String, T>();
          whatIsFound(
              ids(resources),
              perCall,
              notFound,
              some -> describe.apply(some).forEach(one -> live.put(id.apply(one), one)));
          return each(resources, r -> found.apply(r, live.get(r.ref().physicalId())));
        });
  }

  /** One that is gone fails a call for all that it names: then they are asked for by halves. */
  public static void whatIsFound(
      List<String> ids, int idsPerCall, Set<String> notFound, Consumer<List<String>> call) {
    for (var some : Chunks.of(ids, idsPerCall)) {
      try {
        call.accept(some);
      } catch (DeniedFailure e) {
        if (!Failures.is(e, notFound)) {
          throw e;
        }
        if (some.size() > 1) {
          whatIsFound(some, (some.size() + 1) / 2, notFound, call);
        }
      }
    }
  }

  public static void scalar(Map<String, Property> into, String name, @Nullable Object value) {
    if (value != null) {
      into.put(name, new Property.Scalar(value.toString()));
    }
  }

  public static Property members(List<String> keys) {
    return Property.Members.of(keys.stream().map(Item::of).toList());
  }

  /** The physical ids, each once. */
  public static List<String> ids(Collection<Resource> resources) {
    return resources.stream().map(r -> r.ref().physicalId()).distinct().toList();
  }

  /** What is denied makes one property unknown, not the whole resource. */
  public static Property unlessDenied(Supplier<Property> read) {
    try {
      return read.get();
    } catch (DeniedFailure e) {
      return new Property.Unknown(Failures.explain(e));
    }
  }

  /** Makes a call; being refused with one of these codes means that it is already so. */
  public static <R> void unless(Set<String> alreadySo, Supplier<R> call) {
    try {
      var unused = call.get();
    } catch (DeniedFailure e) {
      if (!Failures.is(e, alreadySo)) {
        throw e;
      }
    }
  }

  /** What an answer does not say is none of them. */
  public static boolean isOneOf(Set<String> some, @Nullable String said) {
    return said != null && some.contains(said);
  }

  public static Filter filter(String name, List<String> values) {
    return Filter.builder().name(name).values(values).build();
  }

  public static @Nullable String optional(Step.Call call, String argument) {
    var values = call.arguments().getOrDefault(argument, List.of());
    return values.isEmpty() ? null : call.argument(argument);
  }

  public static IllegalArgumentException unknownOperation(Step.Call call) {
    return new IllegalArgumentException(
        call.operation() + " is no operation of " + call.resource().type());
  }
}

package dev.driftmend.model.watch;

import java.util.Optional;
import java.util.Set;

/**
 * A look of ids by which calls name a resource or a part of it.
 *
 * @param form the prefix of an EC2 id with its hyphen ({@code sg-}), the sort of an ARN ({@code
 *     listener-rule}, {@code role}), or {@code ip} for an address
 * @param rank the lowest is the most specific: what is changed comes before what holds it
 * @param ownerFrom if the index may not hold an id of this form although a guarded stack has it,
 *     because AWS makes such things beside what is declared: the forms of those ids in the same
 *     call that show whose it is, none of them if a call may name nothing else. Empty if the index
 *     holds every one of a guarded stack, as what {@code Ref} gives for a resource
 * @param listed whether one call takes several of them, each of which may be another stack's
 */
public record IdForm(String form, int rank, Optional<Set<String>> ownerFrom, boolean listed) {

  static IdForm indexed(String form, int rank) {
    return new IdForm(form, rank, Optional.empty(), false);
  }

  static IdForm listed(String form, int rank) {
    return new IdForm(form, rank, Optional.empty(), true);
  }

  static IdForm beside(String form, int rank, String... ownerFrom) {
    return new IdForm(form, rank, Optional.of(Set.of(ownerFrom)), false);
  }
}

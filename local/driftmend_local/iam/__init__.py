"""IAM as AWS judges it: which policies there are, what a call needs, and whether the first allow the second.

`reference` says what AWS's actions can be held to, `needs` what one call asks for, `documents` which policies there are,
`evaluation` decides, `judgement` refuses the call.
"""

"""Every chance in the model and its permanent number.

Clocks come first and number the clock arrays of the person's row. A number is never given to another chance: a new
decision takes the next free number, so that adding it moves nobody else's luck.
"""

# Clocks: a hazard spent over time (numbers index the clock arrays of a row).
USE_STARTS = 0
USE_STOPS = 1
OVERDOSE = 2
OTHER_DEATH = 3
DROPS_OUT = 4
COMPLETES_TREATMENT = 5
ASKS_FOR_HELP = 6
MOVES_UP = 7  # somebody sleeping rough finds a roof, temporary becomes settled
MOVES_DOWN = 8  # a home is lost, temporary becomes rough
RECALL = 9
REOFFENCE = 10
N_CLOCKS = 11

# Decisions in a person's life, keyed by how often that decision was met.
OVERDOSE_WITNESSED = 32
OVERDOSE_NALOXONE = 33
OVERDOSE_FATAL = 34
OVERDOSE_ATTENDED = 35
FIRST_NIGHT = 36
USE_ON_RELEASE = 37
OST_IN_CUSTODY = 38
SCRIPT_BRIDGED = 39
NALOXONE_AT_RELEASE = 40
REFERRAL_ARRIVES = 41
FIRST_DELAY = 42
BOOKED_BEFORE_RELEASE = 43
BENEFIT_CLAIM = 44
RELEASE_MINUTE = 45
APPOINTMENT_KEPT = 46
APPOINTMENT_MINUTE = 47
CONTACT_KEPT = 48
CONTACT_MINUTE = 49
ROUGH_EXIT_SETTLED = 50
HOME_LOST_TO_ROUGH = 51
REOFFENCE_CUSTODY = 52
RECALL_FIXED_TERM = 53
QUEUE_TIE = 54  # and 55, one a line
BOOKED_DELAY = 56
RELEASE_BROUGHT_FORWARD = 57

# Traits, drawn once.
TRAIT_SEX = 64
TRAIT_AGE = 65
TRAIT_NEED = 66
TRAIT_INJECTING = 67
TRAIT_ACE4 = 68
TRAIT_COMPLEX_PTSD = 69
TRAIT_MENTAL_HEALTH = 70
TRAIT_CHEMSEX = 71
TRAIT_NO_FIXED_ABODE = 72
TRAIT_SENTENCE = 73
TRAIT_WEEK = 74
TRAIT_WEEKDAY = 75
TRAIT_HOME = 76
TRAIT_PRISON = 77
TRAIT_CHILDREN = 78

# Workers and services, keyed to them and not to people.
WORKER_LEAVES = 0
WORKER_EFFECT = 96
CASELOAD_REMAINDER = 97

package exposure

// towns are the larger postal towns (postorter), folded; another is believed too, only less.
var towns = setOf(`stockholm goteborg malmo uppsala vasteras orebro linkoping helsingborg jonkoping norrkoping lund umea gavle boras sodertalje eskilstuna
vaxjo karlstad sundsvall ostersund halmstad trollhattan kalmar falun skelleftea kristianstad skovde karlskrona uddevalla lidingo motala landskrona
ornskoldsvik nykoping karlskoga borlange lulea varberg trelleborg angelholm lidkoping sandviken kungalv solna sundbyberg nacka taby sollentuna
jarfalla huddinge botkyrka tumba haninge tyreso varmdo vallentuna akersberga norrtalje sigtuna marsta kista bromma hagersten enskede farsta vallingby
spanga alvsjo johanneshov arsta skarholmen hasselby bandhagen danderyd djursholm stocksund saltsjobaden gustavsberg ekero nynashamn
kungsbacka molndal partille lerum alingsas kungsor koping arboga fagersta sala heby enkoping balsta habo tierp osthammar alvkarleby knivsta
strangnas katrineholm flen vingaker gnesta trosa oxelosund finspang soderkoping valdemarsvik atvidaberg kisa mjolby vadstena odeshog boxholm
tranas eksjo nassjo vetlanda savsjo varnamo gislaved gnosjo vaggeryd huskvarna mullsjo ljungby almhult alvesta tingsryd lessebo
markaryd oskarshamn vastervik vimmerby hultsfred nybro emmaboda torsas borgholm morbylanga monsteras visby hemse slite ronneby karlshamn
solvesborg olofstrom hassleholm osby bromolla hoor horby eslov kavlinge lomma staffanstorp burlov arlov svedala vellinge skurup ystad tomelilla simrishamn
sjobo klippan perstorp orkelljunga astorp bjuv svalov hoganas bastad laholm falkenberg hylte hyltebruk stenungsund tjorn orust lysekil sotenas munkedal
kungshamn tanum tanumshede stromstad dals-ed bengtsfors amal fargelanda mellerud vanersborg grastorp essunga vara nossebro gotene mariestad toreboda gullspang tibro
karlsborg hjo tidaholm falkoping skara herrljunga vargarda bollebygd mark kinna svenljunga tranemo ulricehamn kil forshaga grums saffle arvika
sunne torsby hagfors munkfors filipstad kristinehamn storfors hammaro skoghall degerfors hallefors nora lindesberg kumla hallsberg askersund laxa lekeberg fjugesta
surahammar hallstahammar norberg skinnskatteberg avesta hedemora sater smedjebacken ludvika gagnef leksand rattvik mora orsa alvdalen malung vansbro
hofors ockelbo soderhamn bollnas ljusdal hudiksvall nordanstig bergsjo ovanaker edsbyn timra harnosand kramfors solleftea ange matfors ragunda hammarstrand bracke krokom
stromsund are jarpen berg svenstavik harjedalen sveg funasdalen vannas vindeln nordmaling robertsfors lycksele vilhelmina asele dorotea storuman sorsele mala norsjo
bjurholm pitea alvsbyn boden kalix overkalix haparanda overtornea pajala gallivare malmberget jokkmokk arjeplog arvidsjaur kiruna
hisings lindome kallered savedalen vastra frolunda frolunda angered hisingsbacka mariefred sigtuna rimbo hallstavik upplands vasby vasby bro kungsangen skanor falsterbo
limhamn bunkeflostrand oxie dalby sodra sandby furulund bjarred genarp veberod ljungbyhed munka munka-ljungby vejbystrand odakra rydeback ramlosa bankeryd taberg
grenna granna anderstorp smalandsstenar landsbro exempelstad exempelby lerby storkoping`)

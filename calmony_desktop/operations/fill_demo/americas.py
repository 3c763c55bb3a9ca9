"""Names and addresses of the Americas."""

from __future__ import annotations

from calmony_desktop.operations.fill_demo.countries import Country

AMERICAS = (
    Country(
        "US", "USD", "en-US", 18,
        women="Bethany Carlotta Dolores Evangeline Josephine Latoya Marisol Naomi Paige Tabitha",
        men="Curtis Darnell Emmett Garrett Jerome Kendrick Marcus Preston Thaddeus Wendell",
        family="Abernathy Beaumont Castellanos Delgado Eastwick Fairbanks Goldfarb Hollingsworth "
        "Ingersoll Kowalczyk Lockridge Montoya Nakagawa Okonkwo Pemberton Rutherglen Sandoval "
        "Thibodeaux Vandermeer Whitlock",
        places="Portland, 972##, OR|Austin, 787##, TX|Milwaukee, 532##, WI|Baltimore, 212##, MD"
        "|Albuquerque, 871##, NM|Duluth, 558##, MN|Savannah, 314##, GA|Buffalo, 142##, NY"
        "|Sacramento, 958##, CA",
        streets="Maple Street|Foundry Avenue|Old Mill Road|Harbor Boulevard|Cedar Court"
        "|Railroad Avenue|Prospect Street",
        phones="+1 503-555-01##|+1 512-555-01##|+1 410-555-01##|+1 414-555-01##",
        companies="{family} Auto Repair LLC|{city} Fleet Services Inc.|{family} Brothers Garage"
        "|{family} Equipment Co.|{family} Farm & Diesel LLC|Blue Ridge Bicycles of {city}",
        line1="{number} {street}",
    ),
    Country(
        "CA", "CAD", "en-CA", 7,
        women="Amélie Brenna Geneviève Maude Sandra Tessa",
        men="Antoine Bradley Étienne Gregory Marc-André Wesley",
        family="Archambault Bouchard Cartwright Desrochers Fraser Gauthier MacLeod Ouellette "
        "Pelletier Sinclair Tremblay Yuen",
        places="Toronto, M5V 2T#, ON|Montréal, H2X 1Y#, QC|Vancouver, V6B 4N#, BC"
        "|Halifax, B3J 2K#, NS|Winnipeg, R3C 0V#, MB",
        streets="Wellington Street|rue Sainte-Anne|Granville Lane|Portage Avenue|chemin du Lac",
        phones="+1 416-555-01##|+1 514-555-01##|+1 604-555-01##",
        companies="{family} Truck & Trailer Ltd.|Garage {family} inc.|{family} Marine Repair",
        line1="{number} {street}",
    ),
    Country(
        "MX", "MXN", "es-MX", 5,
        women="Guadalupe Itzel Jimena Xóchitl",
        men="Arturo Efraín Moisés Ulises",
        family="Arriaga Bustamante Carrillo Escobedo Huerta Márquez Nájera Treviño",
        places="Ciudad de México, 06###, CDMX|Guadalajara, 44###, JAL|Monterrey, 64###, NL"
        "|Puebla, 72###, PUE",
        streets="Calle Hidalgo|Avenida Reforma|Calzada de los Talleres|Calle 5 de Mayo",
        phones="+52 55 5550 ####|+52 33 5550 ####",
        companies="Taller {family} S.A. de C.V.|Refacciones {family}",
        order="{given} {family} {second}",
    ),
    Country(
        "BR", "BRL", "pt-BR", 7,
        women="Ana_Clara Eliane Jussara Luciana Marília Thaís",
        men="Anderson Caio Everton João_Pedro Leandro Vinícius",
        family="Azevedo Brandão Camargo Evangelista Figueira Guimarães Junqueira Macedo "
        "Nascimento Queiroz Sampaio Tavares",
        places="São Paulo, 01###-0##, SP|Curitiba, 80###-0##, PR|Recife, 50###-0##, PE"
        "|Porto Alegre, 90###-0##, RS|Belo Horizonte, 30###-0##, MG",
        streets="Rua das Palmeiras|Avenida Brasil|Rua XV de Novembro|Travessa do Comércio",
        phones="+55 11 95550-####|+55 41 95550-####",
        companies="Oficina {family} Ltda.|Auto Peças {family}|{family} Máquinas Agrícolas S.A.",
        line1="{street}, {number}",
        order="{given} {family} {second}",
    ),
    Country(
        "AR", "ARS", "es-AR", 3,
        women="Florencia Milagros Soledad",
        men="Facundo Ezequiel Nahuel",
        family="Bertolotti Giménez Iriarte Lombardi Pereyra Sosa",
        places="Buenos Aires, C10##AAB|Córdoba, X5000|Rosario, S2000",
        streets="Avenida Corrientes|Calle Belgrano|Pasaje del Taller",
        phones="+54 11 5550-####",
        companies="{family} Repuestos S.R.L.|Taller Mecánico {family}",
    ),
    Country(
        "CL", "CLP", "es-CL", 4,
        women="Antonia Constanza Javiera",
        men="Cristóbal Matías Vicente",
        family="Araya Bravo Contreras Henríquez Olivares Riquelme",
        places="Santiago, 83#0000|Valparaíso, 23#0000|Concepción, 40#0000",
        streets="Avenida Matta|Calle Los Carrera|Pasaje El Roble",
        phones="+56 2 2555 0###",
        companies="{family} Automotriz SpA|Maestranza {family} Ltda.",
        order="{given} {family} {second}",
    ),
    Country(
        "CO", "COP", "es-CO", 3,
        women="Ángela Paola Yolanda",
        men="Camilo Hernán Wilmer",
        family="Ardila Buitrago Cárdenas Ospina Restrepo Zuluaga",
        places="Bogotá, 11####|Medellín, 0500##|Cali, 7600##",
        streets="Carrera 7|Calle 45|Avenida El Dorado",
        phones="+57 601 555 0###",
        companies="Motores {family} S.A.S.",
        line1="{street} # {number}-12",
    ),
    Country(
        "PE", "PEN", "es-PE", 2,
        women="Milagros Rosario Yanira",
        men="Edwin Percy Wilfredo",
        family="Ccori Huamán Quispe Villanueva Yupanqui",
        places="Lima, 150##|Arequipa, 040##|Cusco, 080##",
        streets="Jirón Unión|Avenida Grau|Calle Mercaderes",
        phones="+51 1 555 0###",
        companies="Factoría {family} E.I.R.L.",
    ),
    Country(
        "UY", "UYU", "es-UY", 2,
        women="Graciela Rosina Valentina",
        men="Gastón Nelson Rubens",
        family="Bentancor Etcheverry Olivera Sanguinetti",
        places="Montevideo, 11#00|Salto, 50000",
        streets="Avenida 18 de Julio|Rambla del Puerto|Calle Durazno",
        phones="+598 2555 0###",
        companies="{family} Náutica S.A.",
    ),
    Country(
        "JM", "JMD", "en-JM", 2,
        women="Shanice Odette Marcia",
        men="Delroy Winston Tyrone",
        family="Bogle Campbell-Reid Nembhard Wedderburn",
        places="Kingston, JMAAW##|Montego Bay, JMCJS##",
        streets="Harbour Street|Hope Road|Barnett Lane",
        phones="+1 876-555-01##",
        companies="{family} Auto Electric Ltd",
        line1="{number} {street}",
    ),
)
